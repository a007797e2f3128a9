package contacts

import "strings"

// roleMailboxes are the local parts that a house gives itself, those of RFC 2142 among them.
var roleMailboxes = wordSet(`
info contact contacto contato contact-us hello hola ola bonjour mail email correo office oficina admin administracion administration
sales ventas vendas commercial comercial orders pedidos encomendas shop tienda loja boutique geral general recepcion reception reservas
booking support soporte suporte help ayuda service servicio marketing press prensa jobs rrhh hr billing facturacion facturas accounts
contabilidad compras abuse noc security postmaster hostmaster webmaster noreply no-reply
`)

// shortestLocalPart is how long a local part must be to say something about its owner.
const shortestLocalPart = 5

// localPart is what stands before the @, without the address after a plus.
func localPart(email string) string {
	local, _, _ := strings.Cut(email, "@")
	local, _, _ = strings.Cut(local, "+")
	return local
}

// gmailKey is the mailbox that Gmail delivers an address to, since it does not heed dots and what follows a plus; "" for
// an address of another house.
func gmailKey(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	if domain != "gmail.com" && domain != "googlemail.com" {
		return ""
	}
	local, _, _ = strings.Cut(local, "+")
	return strings.ReplaceAll(local, ".", "")
}

// shared is the most telling e-mail or phone that two customers have in common: one of their own before one of a house,
// then that which the fewest have.
func shared(a, b []reachSeen) (best reachSeen, found bool) {
	for _, x := range a {
		for _, y := range b {
			if x.key != y.key {
				continue
			}
			x.house = x.house || y.house
			if !found || best.house && !x.house || best.house == x.house && x.owners < best.owners {
				best, found = x, true
			}
		}
	}
	return best, found
}

func sameGmail(a, b []reachSeen) bool {
	for _, x := range a {
		for _, y := range b {
			if key := gmailKey(x.key); key != "" && key == gmailKey(y.key) {
				return true
			}
		}
	}
	return false
}

func sameLocalPart(a, b []reachSeen) bool {
	for _, x := range a {
		for _, y := range b {
			if local := localPart(x.key); tellingLocalPart(local) && local == localPart(y.key) {
				return true
			}
		}
	}
	return false
}

// tellingLocalPart says whether a local part is one that a person chooses for herself.
func tellingLocalPart(local string) bool {
	return len(local) >= shortestLocalPart && !roleMailboxes[local]
}

// tellingPhone says whether a number can belong to somebody: 999999999 stands where a form would not go on without one.
func tellingPhone(number string) bool {
	end := number[max(len(number)-7, 0):]
	return len(number) >= fewestPhoneDigits && strings.Trim(end, end[:1]) != ""
}

package render

import (
	"fmt"
	"strings"
	"time"
)

// languages are those that documents are written in, the first one where no other is asked for.
var languages = [...]string{"en", "es", "pt", "fr"}

// languageNames are how people write them.
var languageNames = [...][]string{
	{"english", "inglés", "ingles", "inglês", "anglais"},
	{"spanish", "español", "espanol", "castellano", "espanhol", "espagnol"},
	{"portuguese", "português", "portugues", "portugués", "portugais"},
	{"french", "français", "francais", "francés", "frances", "francês"},
}

// DocumentLanguage is the language of a document: the first of the wishes that documents can be written in, be it a code
// such as es or pt-BR or a name, else English.
func DocumentLanguage(wishes ...string) string {
	for _, wish := range wishes {
		word := strings.ToLower(strings.TrimSpace(wish))
		for i, language := range languages {
			if word == language || strings.HasPrefix(word, language+"-") || strings.HasPrefix(word, language+"_") {
				return language
			}
			for _, name := range languageNames[i] {
				if word == name {
					return language
				}
			}
		}
	}
	return languages[0]
}

// documentWords are the words of documents, in the order of languages; by_ stands before the ways to pay.
var documentWords = map[string][len(languages)]string{
	"quote":           {"Quote", "Presupuesto", "Orçamento", "Devis"},
	"invoice":         {"Invoice", "Factura", "Fatura", "Facture"},
	"credit_note":     {"Credit note", "Factura rectificativa", "Nota de crédito", "Avoir"},
	"receipt":         {"Receipt", "Recibo", "Recibo", "Reçu"},
	"for":             {"For", "Para", "Para", "Pour"},
	"date":            {"Date", "Fecha", "Data", "Date"},
	"order":           {"Order", "Pedido", "Encomenda", "Commande"},
	"valid_until":     {"Valid until", "Válido hasta", "Válido até", "Valable jusqu'au"},
	"due_on":          {"Due on", "Vence el", "Vence em", "Échéance"},
	"corrects":        {"Corrects invoice", "Rectifica la factura", "Corrige a fatura", "Corrige la facture"},
	"tax_id":          {"Tax number", "NIF", "NIF", "N° fiscal"},
	"description":     {"Description", "Descripción", "Descrição", "Désignation"},
	"quantity":        {"Quantity", "Cantidad", "Quantidade", "Quantité"},
	"price":           {"Price", "Precio", "Preço", "Prix"},
	"discount":        {"Discount", "Descuento", "Desconto", "Remise"},
	"tax":             {"Tax", "IVA", "IVA", "TVA"},
	"amount":          {"Amount", "Importe", "Valor", "Montant"},
	"of":              {"on", "sobre", "sobre", "sur"},
	"dues":            {"To be paid", "Vencimientos", "Vencimentos", "Échéances"},
	"payments":        {"Payments", "Pagos", "Pagamentos", "Paiements"},
	"subtotal":        {"Subtotal", "Subtotal", "Subtotal", "Sous-total"},
	"shipping":        {"Shipping", "Envío", "Portes", "Livraison"},
	"total":           {"Total", "Total", "Total", "Total"},
	"returned":        {"Returned", "Devuelto", "Devolvido", "Retourné"},
	"paid":            {"Paid", "Pagado", "Pago", "Payé"},
	"due":             {"Due", "Pendiente", "Em dívida", "Reste à payer"},
	"open":            {"open", "pendiente", "em dívida", "à payer"},
	"promotion":       {"Promotion", "Promoción", "Promoção", "Promotion"},
	"by_cash":         {"cash", "efectivo", "dinheiro", "espèces"},
	"by_points":       {"points", "puntos", "pontos", "points"},
	"back_as_points":  {"Of it given back as points", "De ello, devuelto en puntos", "Disto, devolvido em pontos", "Dont rendu en points"},
	"voucher":         {"Voucher", "Vale", "Vale", "Bon"},
	"by_card":         {"card", "tarjeta", "cartão", "carte"},
	"by_transfer":     {"transfer", "transferencia", "transferência", "virement"},
	"by_direct_debit": {"direct debit", "domiciliación", "débito direto", "prélèvement"},
	"by_cheque":       {"cheque", "cheque", "cheque", "chèque"},
	"by_online":       {"online", "en línea", "online", "en ligne"},
	"by_bizum":        {"Bizum", "Bizum", "Bizum", "Bizum"},
	"by_pix":          {"Pix", "Pix", "Pix", "Pix"},
	"by_mbway":        {"MB WAY", "MB WAY", "MB WAY", "MB WAY"},
	"by_paypal":       {"PayPal", "PayPal", "PayPal", "PayPal"},
}

// DocumentWords are the words of documents in a language, by their English names.
func DocumentWords(language string) map[string]string { return wordsIn(documentWords, language) }

func wordsIn(all map[string][len(languages)]string, language string) map[string]string {
	words := map[string]string{}
	for i, l := range languages {
		if l != language {
			continue
		}
		for name, forms := range all {
			words[name] = forms[i]
		}
	}
	return words
}

var monthNames = map[string][12]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"pt": {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
}

// soleSigns are the signs that only one currency has. Others, such as the dollar's, would leave open which one is meant.
var soleSigns = map[string]string{"EUR": "€", "GBP": "£", "BRL": "R$", "INR": "₹", "ILS": "₪", "KRW": "₩", "NGN": "₦", "PHP": "₱", "TRY": "₺", "UAH": "₴", "VND": "₫"}

// DocumentMoney writes a figure of money with its currency: €1,234.56 in English, 1.234,56 € in the other languages, and
// with the code of the currency where a sign would not do.
func DocumentMoney(language, figure, code string) string {
	const space = "\u00a0"
	sign := soleSigns[code]
	switch {
	case sign == "":
		return figure + space + code
	case language == "en":
		if rest, negative := strings.CutPrefix(figure, "-"); negative {
			return "-" + sign + rest
		}
		return sign + figure
	case code == "BRL":
		return sign + space + figure
	}
	return figure + space + sign
}

// DocumentPercent writes a percentage: 21% in English, 21 % in the other languages.
func DocumentPercent(language, figure string) string {
	if language == "en" {
		return figure + "%"
	}
	return figure + "\u00a0%"
}

// DocumentDay writes a day in a language: 22 November 2026, 22 de noviembre de 2026, 1er mars 2026.
func DocumentDay(language string, year int, month time.Month, day int) string {
	name := monthNames[language][month-1]
	switch {
	case language == "es" || language == "pt":
		return fmt.Sprintf("%d de %s de %d", day, name, year)
	case language == "fr" && day == 1:
		return fmt.Sprintf("1er %s %d", name, year)
	}
	return fmt.Sprintf("%d %s %d", day, name, year)
}

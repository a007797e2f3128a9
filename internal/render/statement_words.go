package render

// statementWords are the words of statements, in the order of languages. %s stands for a figure, and where there are two, for
// a figure and what is reached with it.
var statementWords = map[string][len(languages)]string{
	"title":               {"Your points", "Tus puntos", "Os seus pontos", "Vos points"},
	"point":               {"point", "punto", "ponto", "point"},
	"points":              {"points", "puntos", "pontos", "points"},
	"to_spend":            {"to spend", "para gastar", "para usar", "à dépenser"},
	"worth":               {"worth %s", "valen %s", "valem %s", "soit %s"},
	"pending":             {"%s on their way, usable from %s", "%s en camino, disponibles desde el %s", "%s a caminho, disponíveis a partir de %s", "%s en attente, utilisables dès le %s"},
	"debt":                {"%s owed, which the next points pay", "%s pendientes de compensar con los próximos puntos", "%s em dívida, a descontar nos próximos pontos", "%s à compenser avec les prochains points"},
	"next_reward":         {"Next reward", "Próxima recompensa", "Próxima recompensa", "Prochaine récompense"},
	"missing":             {"%s to go", "te faltan %s", "faltam-lhe %s", "encore %s"},
	"tier":                {"Your level", "Tu nivel", "O seu nível", "Votre niveau"},
	"no_tier":             {"None yet", "Aún ninguno", "Ainda nenhum", "Pas encore"},
	"next_tier":           {"%s more to reach %s", "%s más para llegar a %s", "mais %s para chegar a %s", "encore %s pour atteindre %s"},
	"top_tier":            {"The highest level", "El nivel más alto", "O nível mais alto", "Le plus haut niveau"},
	"kept_until":          {"kept until %s", "se mantiene hasta el %s", "mantém-se até %s", "conservé jusqu'au %s"},
	"benefits":            {"What it brings you", "Lo que te ofrece", "O que lhe oferece", "Ce qu'il vous offre"},
	"lapsing":             {"What expires", "Lo que caduca", "O que expira", "Ce qui expire"},
	"until":               {"until %s", "hasta el %s", "até %s", "jusqu'au %s"},
	"rewards":             {"Rewards for you", "Recompensas para ti", "Recompensas para si", "Vos récompenses"},
	"ready":               {"yours now if you wish", "ya puedes pedirla", "já a pode pedir", "à vous dès maintenant"},
	"vouchers":            {"Your vouchers", "Tus vales", "Os seus vales", "Vos bons"},
	"moves":               {"Latest moves", "Últimos movimientos", "Últimos movimentos", "Derniers mouvements"},
	"move_earn":           {"Purchase", "Compra", "Compra", "Achat"},
	"move_bonus":          {"Bonus", "Bonificación", "Bónus", "Bonus"},
	"move_adjust":         {"Adjustment", "Ajuste", "Ajuste", "Ajustement"},
	"move_redeem":         {"Spent", "Canje", "Utilização", "Utilisation"},
	"move_expire":         {"Expired", "Caducados", "Expirados", "Expirés"},
	"move_reverse_earn":   {"Return", "Devolución", "Devolução", "Retour"},
	"move_reverse_redeem": {"Given back", "Reintegro", "Reposição", "Points rendus"},
	"move_transfer":       {"Transfer", "Traspaso", "Transferência", "Transfert"},
}

// StatementWords are the words of statements in a language, by their English names.
func StatementWords(language string) map[string]string {
	words := map[string]string{}
	for i, l := range languages {
		if l != language {
			continue
		}
		for name, forms := range statementWords {
			words[name] = forms[i]
		}
	}
	return words
}

package cli

import "fmt"

// demoCulture is where customers of one language come from. All people and companies here are made up. Phone numbers are
// of ranges that nobody has: those kept for fiction in France and the United Kingdom, and mobile ranges that Spain and
// Portugal have not given out.
type demoCulture struct {
	people            int
	language, country string
	vat               int64 // per cent
	consultants       []string
	twoSurnames       bool
	women, men        []string
	surnames, cities  []string
	notes             []string
	phone             func(n int) string
}

var demoCultures = []demoCulture{
	{
		people: 122, language: "es", country: "ES", vat: 21, consultants: []string{"Carmen Aldana", "Lucía Robledo"}, twoSurnames: true,
		women: []string{"Ana", "Ángela", "Begoña", "Belén", "Celia", "Concepción", "Dolores", "Elena", "Estíbaliz", "Inés", "Irene", "Iratxe",
			"Lucía", "María José", "María del Mar", "Marta", "Mónica", "Neus", "Noelia", "Núria", "Pilar", "Raquel", "Rocío", "Sofía", "Uxía", "Verónica", "Ximena", "Yolanda"},
		men: []string{"Adrián", "Álvaro", "Íñigo", "Jordi", "Martín", "Raúl", "Sebastián", "Xoán"},
		surnames: []string{"Aguirre", "Álvarez", "Barreiro", "Benítez", "Calderón", "Castaño", "Domínguez", "Echeverría", "Ferrer", "Gallego", "García",
			"Gil", "Ibáñez", "Jiménez", "León", "López", "Martínez", "Muñoz", "Núñez", "Ordóñez", "Peña", "Puig", "Quiñones", "Rodríguez", "Sáez", "Soler", "Ugarte", "Vázquez", "Yáñez", "Zúñiga"},
		cities: []string{"A Coruña", "Alcalá de Henares", "Almería", "Bilbao", "Cádiz", "Castellón", "Córdoba", "Donostia", "Girona", "Jaén", "León",
			"Logroño", "Madrid", "Madrid", "Madrid", "Málaga", "Mérida", "Sevilla", "València", "Vigo"},
		notes: []string{"Prefiere que la llamen por la tarde", "Alérgica al perfume de rosas", "Compra también para su hermana", "Pide siempre muestras",
			"Le gusta recoger en la boutique", "Cumple años con su madre: regalo doble"},
		phone: func(n int) string { return fmt.Sprintf("750 00 %02d %02d", n/100, n%100) },
	},
	{
		people: 32, language: "pt", country: "PT", vat: 23, consultants: []string{"Inês Vilar"}, twoSurnames: true,
		women: []string{"Amélia", "Beatriz", "Catarina", "Conceição", "Filipa", "Graça", "Joana", "Leonor", "Lídia", "Mafalda", "Margarida", "Rosário", "Sónia", "Teresa"},
		men:   []string{"André", "João", "Simão", "Vítor"},
		surnames: []string{"Abrantes", "Assunção", "Brandão", "Carvalho", "Conceição", "Esteves", "Falcão", "Gonçalves", "Guimarães", "Leitão", "Magalhães",
			"Mourão", "Nóbrega", "Patrício", "Queirós", "Simões", "Teixeira", "Valadão"},
		cities: []string{"Aveiro", "Braga", "Coimbra", "Évora", "Lisboa", "Lisboa", "Porto", "Santarém", "Setúbal", "Viseu"},
		notes:  []string{"Prefere mensagem de manhã", "Pele muito seca no inverno", "Oferece sempre cremes de mãos no Natal"},
		phone:  func(n int) string { return fmt.Sprintf("+351 940 000 %03d", n) },
	},
	{
		people: 31, language: "fr", country: "FR", vat: 20, consultants: []string{"Élodie Marchand"},
		women: []string{"Adèle", "Aurélie", "Bérénice", "Cécile", "Chloé", "Éléonore", "Françoise", "Gaëlle", "Hélène", "Joëlle", "Maëlys", "Noémie", "Océane", "Solène", "Zoé"},
		men:   []string{"Benoît", "Jérôme", "Loïc", "Rémi"},
		surnames: []string{"Aubépin", "Bézier", "Chênevert", "Delaître", "Fauçon", "Garçonnet", "Hérisson", "Lefèvre", "Maître", "Noël", "Pélissier", "Quénneville",
			"Rougé", "Séverin", "Trémolet", "Vallée"},
		cities: []string{"Angoulême", "Bayonne", "Besançon", "Bordeaux", "Nîmes", "Orléans", "Pau", "Perpignan", "Saint-Étienne", "Toulouse"},
		notes:  []string{"Préfère le courrier électronique", "Achète aussi pour sa mère", "Peau sensible : échantillon avant commande"},
		phone:  func(n int) string { return fmt.Sprintf("+33 6 39 98 00 %02d", n) },
	},
	{
		people: 15, language: "en", country: "GB", vat: 0, consultants: []string{"Lucía Robledo"},
		women:    []string{"Aoife", "Bronwen", "Charlotte", "Eleanor", "Fiona", "Georgina", "Harriet", "Siân", "Zoë"},
		men:      []string{"Callum", "Owen"},
		surnames: []string{"Ashdown", "Brontley", "Fairweather", "Hollis", "Llewelyn", "MacAulay", "O'Dwyer", "Penhaligon", "Smythe-Rowe", "Thackray"},
		cities:   []string{"Bath", "Brighton", "Cardiff", "Edinburgh", "London", "York"},
		notes:    []string{"Spends winters in Málaga, deliver there", "Would rather have an e-mail than a call"},
		phone:    func(n int) string { return fmt.Sprintf("+44 7700 900%03d", n) },
	},
}

// demoCompany is a customer that is no person.
type demoCompany struct{ name, city, country, sector, email, notes string }

var demoCompanies = []demoCompany{
	{"Peluquería Doña Pilar", "Madrid", "ES", "beauty", "pedidos@dona-pilar.example.com", "Paga a 30 días"},
	{"Hotel Mirador de la Ría", "Vigo", "ES", "hospitality", "compras@mirador-ria.example.com", "Amenities para 24 habitaciones"},
	{"Salão Onda Morena", "Porto", "PT", "beauty", "geral@onda-morena.example.org", ""},
	{"Institut Peau d'Azur", "Bayonne", "FR", "beauty", "bonjour@peau-azur.example.net", "Commande groupée chaque mois"},
	{"Farmacia Puente Viejo", "Logroño", "ES", "health", "farmacia@puente-viejo.example.com", ""},
	{"Academia de Danza Alegría", "Cádiz", "ES", "culture", "hola@danza-alegria.example.org", "Regalos de fin de curso"},
	{"The Lavender Room Ltd", "Bath", "GB", "beauty", "orders@lavender-room.example.com", ""},
}

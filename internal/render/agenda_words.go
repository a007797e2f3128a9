package render

// agendaWords are what messages to clients say, by what they are about, in the order of languages. %s stands, in this order,
// for: a name, a product, an amount or a number of points, and a day or what is reached.
var agendaWords = map[string][len(languages)]string{
	"hello": {"Hello %s!", "¡Hola, %s!", "Olá, %s!", "Bonjour %s !"},
	"birthday": {"Happy birthday! I wish you a lovely day.", "¡Feliz cumpleaños! Te deseo un día precioso.", "Feliz aniversário! Desejo-lhe um dia lindo.",
		"Joyeux anniversaire ! Je vous souhaite une très belle journée."},
	"contact": {"It has been a while since we spoke. How are you? Is there anything I can do for you?",
		"Hace tiempo que no hablamos. ¿Qué tal estás? ¿Puedo ayudarte en algo?",
		"Há algum tempo que não falamos. Como está? Posso ajudar em alguma coisa?",
		"Cela fait un moment que nous ne nous sommes pas parlé. Comment allez-vous ? Puis-je faire quelque chose pour vous ?"},
	"check_in": {"How do you like what you ordered? Write to me if you have any question about using it.",
		"¿Qué te ha parecido tu pedido? Escríbeme si tienes cualquier duda al usarlo.",
		"O que achou da sua encomenda? Escreva-me se tiver alguma dúvida ao usá-la.",
		"Votre commande vous plaît-elle ? Écrivez-moi si vous avez la moindre question."},
	"connect": {"How are you getting on with what you ordered? I am here if you need anything.",
		"¿Cómo te va con lo que pediste? Aquí estoy para lo que necesites.",
		"Como se tem dado com o que encomendou? Estou aqui para o que precisar.",
		"Êtes-vous contente de votre commande ? Je suis là si vous avez besoin de quoi que ce soit."},
	"reconnect": {"It has been a while and I would love to know how you are. Shall I tell you what is new?",
		"Ha pasado un tiempo y me encantaría saber de ti. ¿Te cuento las novedades?",
		"Já passou algum tempo e gostava de saber de si. Posso contar-lhe as novidades?",
		"Cela fait longtemps et j'aimerais avoir de vos nouvelles. Puis-je vous parler des nouveautés ?"},
	"replenish": {"Your %s must be nearly finished. Shall I keep some for you?", "Tu %s debe de estar a punto de acabarse. ¿Te reservo?",
		"O seu %s deve estar quase a acabar. Quer que lhe reserve?", "Votre %s est sans doute bientôt fini. Voulez-vous que je vous en garde ?"},
	"interest": {"You asked me about this: %s. I have it for you now. Would you like it?", "Me preguntaste por esto: %s. Ya lo tengo para ti. ¿Te apetece?",
		"Perguntou-me por isto: %s. Já o tenho para si. Quer?", "Vous m'aviez parlé de ceci : %s. Je l'ai maintenant pour vous. Cela vous ferait-il plaisir ?"},
	"points": {"You have %s that you can use until %s. Shall we choose something?", "Tienes %s que puedes usar hasta el %s. ¿Elegimos algo?",
		"Tem %s que pode usar até %s. Escolhemos alguma coisa?", "Vous avez %s à utiliser jusqu'au %s. Choisissons-nous quelque chose ?"},
	"reward": {"You are only %s away from this reward: %s. Shall I tell you how to get it?", "Te faltan solo %s para esta recompensa: %s. ¿Te cuento cómo conseguirla?",
		"Faltam-lhe apenas %s para esta recompensa: %s. Quer que lhe diga como a ter?", "Il ne vous manque que %s pour cette récompense : %s. Voulez-vous savoir comment l'obtenir ?"},
	"tier": {"You are only %s away from this level: %s. Shall I tell you what it brings you?", "Te faltan solo %s para este nivel: %s. ¿Te cuento lo que te ofrece?",
		"Faltam-lhe apenas %s para este nível: %s. Quer saber o que lhe oferece?", "Il ne vous manque que %s pour ce niveau : %s. Voulez-vous savoir ce qu'il vous offre ?"},
	"quote": {"Have you had time to look at the quote of %s? I will gladly answer any question.", "¿Has podido ver el presupuesto de %s? Te resuelvo encantada cualquier duda.",
		"Já pôde ver o orçamento de %s? Respondo com gosto a qualquer dúvida.", "Avez-vous pu regarder le devis de %s ? Je réponds volontiers à vos questions."},
	"debt": {"A small reminder: %s was due on %s. If you have paid already, forget this message. Thank you!",
		"Un pequeño recordatorio: %s con vencimiento el %s. Si ya lo has pagado, olvida este mensaje. ¡Gracias!",
		"Um pequeno lembrete: %s com vencimento em %s. Se já pagou, esqueça esta mensagem. Obrigada!",
		"Un petit rappel : %s à régler le %s. Si c'est déjà fait, oubliez ce message. Merci !"},
	"case": {"I have not forgotten what you told me. I am seeing to it and will tell you more soon.", "No he olvidado lo que me contaste. Estoy en ello y te digo algo pronto.",
		"Não me esqueci do que me disse. Estou a tratar disso e dou-lhe notícias em breve.", "Je n'ai pas oublié ce que vous m'avez dit. Je m'en occupe et vous en dis plus bientôt."},
}

// AgendaWords are the words of messages to clients in a language, by what they are about.
func AgendaWords(language string) map[string]string {
	words := map[string]string{}
	for i, l := range languages {
		if l != language {
			continue
		}
		for name, forms := range agendaWords {
			words[name] = forms[i]
		}
	}
	return words
}

package contacts

import "strings"

// petNames are the names that people go by among friends, with the names that each may stand for, between blanks. In the
// table each line has them behind the names they stand for. All are folded.
var petNames = petNameTable(`
alberto: tito beto
alejandro alejandra alexander alexandra alexandre: alex ale sandra sasha xandra jandro
andrew andrea andres: andy andi
antonio antonia anthony: toni tony tono tonho antonieta
barbara: babs barb
beatriz beatrice: bea bia
catalina caterina catherine katherine kathryn katarzyna kateryna: cata kate katie cathy kathy kasia katya
charles: charlie chuck
christine christina cristina christian cristian christopher: cris chris tina kris
concepcion conceicao: concha conchi conchita sao chon
consuelo: chelo
daniel daniela: dani danny dan
david: dave davi
dolores: lola loli lolita
dominique: dom
edward eduardo edouard: ed eddie ted edu lalo
elena helena: lena nena
elizabeth elisabeth isabel isabella isabelle: isa isi liz lizzie beth betty eli lisa bel belita elisa
encarnacion: encarna encarni
enrique henri henrique henry: quique kike rique harry
federico frederic frederick frederico: fede fred freddy
felipe philippe philip filipe filipa: pipe phil
fernando fernanda: fer nando nanda
francisca: paqui paca kika fran
francisco: paco pancho curro fran quico xico chico kiko
gabriel gabriela gabrielle: gabi gaby
gertrudis gertrude: trudi
gonzalo goncalo: gon
graciela: chela
gregory gregorio: greg goyo
guadalupe: lupe lupita
guillermo guillaume: guille memo
gustavo: gus tavo
ignacio inacio: nacho nachi
jacob james: jim jimmy jamie jake
javier xavier: javi xavi
jesus: chus chuy suso
joaquin joaquim: quim ximo joaco
john johannes jonathan: jack johnny jon hans
jose: pepe ze zeca chepe pepito
josefa josefina josephine: pepa pepi fina
joseph: joe joey
juan: juanito juanjo
laurence lawrence lorenzo: larry laurie
leonor leonora eleanor: nora leo ellie
lourdes: lurdes lulu
lucia: luci lucy
luis: lucho luisito
magdalena madalena: magda lena malena
malgorzata margaret margarita margarida marguerite: maggie marga meg peggy rita daisy gosia margot guida
manuel manuela: manolo manu lolo manel nelo manoli nela
maria: ma mari mary marie marucha mia maruja
matthew mateo mateus mathieu matias: matt mati teo
mercedes: merche meche merce
michael miguel michel michelle: mike micky mick migue
montserrat: montse
natalia natalie: nati nat
nicholas nicolas nicole: nick nico
patricia patrick patricio patrice: pat patri patti paddy
pedro peter pierre: perico pete
pilar: pili pilarin
rafael rafaela raphael: rafa rafi
ramon: moncho
raquel rachel: raqui rach
remedios: reme
richard ricardo: dick rick ricky richi rich
robert roberto: bob bobby rob berto robbie
rosario: charo chari
salvador: salva
samuel samantha: sam sammy
santiago: santi yago
sebastian sebastien: seba sebas
sergio: checo
susana susan susanne suzanne: susi sue susie suzie
teresa theresa therese: tere tessa terry teresita
thomas tomas: tom tommy
vicente vincent: vicen vince
victor victoria: vic vicky
william guilherme: bill billy will willy liam gui
`)

func petNameTable(text string) map[string]string {
	names := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		formal, pets, _ := strings.Cut(line, ":")
		for _, pet := range strings.Fields(pets) {
			names[pet] += " " + formal + " "
		}
	}
	return names
}

// givenNames are names that are common somewhere, folded. Two that are alike are two names, not one and a slip of the pen.
var givenNames = wordSet(`
aaron abel abril ada adam adela adelaide adele adrian adriana afonso agathe agnes agustin aida aimee ainhoa aitana aitor alain alan alba albert alberto alda
aldo alejandra alejandro alessandra alessandro alex alexander alexandra alexandre alexis alfonso alfred alfredo alice alicia alina aline alma alvaro amalia
amanda amelia amelie amina amparo ana anabel anais andre andrea andreas andres andreu andrew angel angela angeles angelica angelina anita ann anna anne
anton antonia antonio antony araceli ariadna ariana arianna arnau arthur arturo asuncion aurelia aurelie aurora axel barbara beatrice beatriz begona belen
benedict benedicte benjamin bernard bernardo berta blanca borja brenda brian brigitte bruna bruno camila camilla camille camilo candela carina carla carlo
carlos carlota carme carmen carol carole carolina caroline catalina catarina caterina catherine cecile cecilia celeste celia celine cesar chantal charles charlotte
chiara chloe christian christina christine christophe cintia clara clarissa claude claudia claudine claudio clement clementine cloe concepcion constance constanza
consuelo coralie corina cristian cristina cristobal cynthia damian dana daniel daniela daniele danielle daria dario david debora deborah delfina delia denis denise
diana diane didier diego dina dolores dominic dominique dora dylan edgar edith edmond edmund eduard eduarda eduardo edward edwin elaine elena eleonora elia elias
eliana elina elisa elisabeth elise elizabeth ella ellen elodie eloisa elsa elvira emil emile emilia emilie emilio emily emma emmanuel encarnacion enric enrica
enrico enrique eric erica erik erika ernest ernesto esperanza estefania estela esteban ester esther etienne eugene eugenia eugenio eulalia eva evelyn fabian fabiana
fabien fabienne fabio fatima federica federico felicia felipe felix fernanda fernando fiona flora florence florian francesc francesca francesco francis francisca
francisco franck francois francoise frank franz frederic frederick gabriel gabriela gabriele gabrielle gema genevieve georg george georgia georgina gerard gerardo
german gerta gilbert giles gina gisela gisele giulia giuliana giulio gloria gonzalo grace graciela greta gregorio guadalupe guillem guillermo gustavo hannah hans
harold hector heidi helen helena helene henri henrique henry herbert hilda hugo ian ignacia ignacio ines ingrid inma irene iris irina irma isaac isabel isabela
isabella isabelle ismael ivan ivana jacob jacqueline jaime james jan jana jane janet jason javier jean jeanne jennifer jeremie jeremy jerome jessica jesus
joan joana joanna joao joaquim joaquin joel johan johanna john jon jonas jordi jorge josefa josefina josep joseph josephine joshua josue juan juana judit judith
jules julia julian juliana julie julien juliet juliette julio julius justin justine justina karen karim karin karina karl karla karol kate katherine kevin kim klara
lara laia laura laure laurence laurent laurie lea leandro leila leire lena leo leon leona leonardo leonor leticia lidia lilian liliana lina linda lisa livia lluis
loic lola lorena lorenzo louis louisa louise lourdes luc luca lucas lucia luciana luciano lucie lucien lucio lucrecia lucy luis luisa luiz luka lukas lydia madeleine
magali magdalena maite malena manon manuel manuela mar mara marc marcel marcela marcelo marco marcos margaret margarida margarita margaux maria mariam marian
mariana marianne mariano marie marilyn marin marina marine mario marion marisa marisol mark marko marlene marta martha marthe marti martin martina martine mary
mateo mathieu mathilde matias matilda matilde matteo matthew maud maura maurice mauricio mauro max maxime melanie melina melissa mercedes meritxell mia michael
michel michele michelle miguel mikel milena miranda mireia mireille miriam moises monica monika montserrat morgan muriel myriam nadia nadine naomi nathalie natalia
natalie nathan nelly nerea nestor nicola nicolas nicole nieves nina noa noah noel noelia noemi noemie nora norma nuria octavio odile olga oliver olivia olivier omar
oriana oriol oscar pablo paloma pamela paola paolo pascal pascale pascual patrice patricia patricio patrick pau paul paula paule paulina pauline paulo pedro penelope
petra philip philippe pierre pietro pilar pol rachel rafael rafaela ramon ramona raoul raphael raquel raul rebeca rebecca regina regine remei remi renata renato rene
renee ricard ricarda ricardo richard rita robert roberta roberto robin rocio rodolfo rodrigo roger roland romain roman rosa rosalia rosana rosanna rosario rose ruben
rui rut ruth sabina sabine sabrina salma salvador samantha samira samuel sandra sandrine santiago sara sarah saray sebastian sebastien sergi sergio severine silvia silvio
simon simona simone sofia sonia sophia sophie stefan stefania stella stephan stephane stephanie steven susan susana susanna suzanne sylvain sylvia sylvie tamara tania
tatiana teodora teodoro teresa thais theo theresa therese thomas tiago tomas ulla ulrich ursula valentin valentina valeria valerie vanessa vera veronica veronique
vicent vicente vicenta victor victoria vincent violeta virginia virginie viviana viviane walter wanda werner william xavier xavi yago yann yannick yolanda yves yvette
yvonne zaida zoe
`)

package sheet

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/money"
)

// Products are the columns of a list of products, with what there is of them.
var Products = productColumns()

// ProductsNamed are the columns that a list of products can show: those of Products, and others that are to be named.
var ProductsNamed = slices.Concat(Products, productFurther())

// ProductRows are the columns of a product file, in and out. Their places are the bits of catalog.Fields.
var ProductRows = lift([]Column[catalog.Product]{
	productText(catalog.FieldSKU, func(p *catalog.Product) string { return p.SKU }),
	productText(catalog.FieldName, func(p *catalog.Product) string { return p.Name }),
	productText(catalog.FieldCategory, func(p *catalog.Product) string { return p.Category }),
	productText(catalog.FieldBrand, func(p *catalog.Product) string { return p.Brand }),
	productMoney(catalog.FieldPrice, func(p *catalog.Product) (money.Amount, bool) { return p.Price, p.HasPrice }),
	productMoney(catalog.FieldCost, func(p *catalog.Product) (money.Amount, bool) { return p.Cost, p.HasCost }),
	productCount(catalog.FieldReplenishDays, func(p *catalog.Product) (int64, bool) { return p.ReplenishDays, p.ReplenishDays > 0 }),
	productCount(catalog.FieldReorderAt, func(p *catalog.Product) (int64, bool) { return p.ReorderAt, p.HasReorderAt }),
	productText(catalog.FieldTags, func(p *catalog.Product) string { return p.Tags }),
	productTax(),
	productCount(catalog.FieldLimitedTo, func(p *catalog.Product) (int64, bool) { return p.LimitedTo, p.LimitedTo > 0 }),
	productText(catalog.FieldPackaging, func(p *catalog.Product) string { return p.Packaging }),
	productText(catalog.FieldNotes, func(p *catalog.Product) string { return p.Notes }),
	productDay(catalog.FieldCreatedOn),
	productDay(catalog.FieldLaunchedOn),
	productDay(catalog.FieldDiscontinuedOn),
	productDay(catalog.FieldArchivedOn),
}, func(r *catalog.Row) *catalog.Product { return &r.Product })

// fileColumn is the column of a field in lists.
func fileColumn(f catalog.Fields) Column[catalog.Goods] {
	at := slices.IndexFunc(ProductRows, func(c Column[catalog.Row]) bool { return c.Name == f.Name() })
	get := ProductRows[at].Get
	return Column[catalog.Goods]{Name: f.Name(), Kind: ProductRows[at].Kind,
		Get: func(g *catalog.Goods) Value { return get(&catalog.Row{Product: g.Product}) }}
}

func productColumns() []Column[catalog.Goods] {
	return keeping([]Column[catalog.Goods]{
		fileColumn(catalog.FieldSKU), fileColumn(catalog.FieldName), wide(fileColumn(catalog.FieldCategory)), fileColumn(catalog.FieldBrand),
		fileColumn(catalog.FieldPrice), wide(fileColumn(catalog.FieldCost)), wide(fileColumn(catalog.FieldReplenishDays)), wide(fileColumn(catalog.FieldReorderAt)),
		tracked("on_hand", func(l *catalog.Level) Value { return Int(l.OnHand) }),
		wide(tracked("reserved", func(l *catalog.Level) Value { return Int(l.Reserved) })),
		tracked("available", func(l *catalog.Level) Value { return Int(l.Available) }),
		fileColumn(catalog.FieldTags),
	}, "sku", "price", "name", "available", "on_hand", "brand")
}

func productFurther() []Column[catalog.Goods] {
	return []Column[catalog.Goods]{
		fileColumn(catalog.FieldTaxRate), fileColumn(catalog.FieldLimitedTo), fileColumn(catalog.FieldPackaging), fileColumn(catalog.FieldNotes),
		fileColumn(catalog.FieldCreatedOn), fileColumn(catalog.FieldLaunchedOn), fileColumn(catalog.FieldDiscontinuedOn), fileColumn(catalog.FieldArchivedOn),
		{Name: "attributes", Get: func(g *catalog.Goods) Value { return Text(g.Attributes) }},
		{Name: "incoming", Kind: IntKind, Get: func(g *catalog.Goods) Value { return Int(g.Incoming) }},
		{Name: "id", Kind: IntKind, Get: func(g *catalog.Goods) Value { return Int(g.ID) }},
	}
}

// tracked is a column of what there is of a product, empty for one of which no piece has come or gone.
func tracked(name string, get func(*catalog.Level) Value) Column[catalog.Goods] {
	return Column[catalog.Goods]{Name: name, Kind: IntKind, Get: func(g *catalog.Goods) Value {
		if !g.Tracked {
			return Value{}
		}
		return get(&g.Level)
	}}
}

// ProductAttribute is the column of an attribute: attr.KEY.
func ProductAttribute(key string) Column[catalog.Goods] {
	return Column[catalog.Goods]{Name: "attr." + key, Get: func(g *catalog.Goods) Value { return Text(g.Attribute(key)) }}
}

// productText is the column of a text field; import sets it by the rule of the field.
func productText(f catalog.Fields, get func(*catalog.Product) string) Column[catalog.Product] {
	return Column[catalog.Product]{Name: f.Name(), Also: productSynonyms[f], Required: f == catalog.FieldSKU, Verbatim: f == catalog.FieldSKU,
		Get: func(p *catalog.Product) Value { return Text(get(p)) },
		Set: func(p *catalog.Product, cell *Cell) error {
			if cell.Text == "" && f == catalog.FieldName {
				return nil // a product always has a name
			}
			err := p.Set(f, cell.Text)
			if f == catalog.FieldSKU && err == nil {
				p.SKU = catalog.KeepSKU(cell.Text)
			}
			return err
		}}
}

// productMoney is the column of a price. An empty cell leaves it as it is: once there was one, there is always one.
func productMoney(f catalog.Fields, get func(*catalog.Product) (money.Amount, bool)) Column[catalog.Product] {
	return Column[catalog.Product]{Name: f.Name(), Kind: MoneyKind, Also: productSynonyms[f],
		Get: func(p *catalog.Product) Value {
			if amount, known := get(p); known {
				return Money(amount)
			}
			return Value{}
		},
		Set: func(p *catalog.Product, cell *Cell) error {
			if cell.Text == "" {
				return nil
			}
			amount, err := cell.Exact()
			if err != nil {
				return err
			}
			return p.SetNumber(f, int64(amount), true)
		}}
}

// productCount is the column of a whole number, empty where there is none.
func productCount(f catalog.Fields, get func(*catalog.Product) (int64, bool)) Column[catalog.Product] {
	return Column[catalog.Product]{Name: f.Name(), Kind: IntKind, Also: productSynonyms[f],
		Get: func(p *catalog.Product) Value {
			if n, known := get(p); known {
				return Int(n)
			}
			return Value{}
		},
		Set: func(p *catalog.Product, cell *Cell) error {
			if cell.Text == "" {
				return p.SetNumber(f, 0, false)
			}
			n, err := cell.Int()
			if err != nil {
				return err
			}
			return p.SetNumber(f, n, true)
		}}
}

// productTax is the column of the tax rate, a percentage with or without its sign.
func productTax() Column[catalog.Product] {
	f := catalog.FieldTaxRate
	return Column[catalog.Product]{Name: f.Name(), Kind: DecimalKind, Also: productSynonyms[f],
		Get: func(p *catalog.Product) Value {
			if !p.HasTaxRate {
				return Value{}
			}
			return Decimal(percentOf(p.TaxRate))
		},
		Set: func(p *catalog.Product, cell *Cell) error {
			if cell.Text == "" {
				return p.SetNumber(f, 0, false)
			}
			figure := *cell
			figure.Text = strings.TrimSpace(strings.TrimSuffix(cell.Text, "%"))
			percent, err := figure.Decimal()
			if err != nil {
				return err
			}
			rate, err := catalog.ParseTaxRate(percent)
			if err != nil {
				return err
			}
			return p.SetNumber(f, rate, true)
		}}
}

// percentOf is hundredths of a percent as a percentage, without zeros at its end.
func percentOf(hundredths int64) money.Decimal {
	d := money.Decimal{Digits: hundredths, Scale: 2}
	for d.Scale > 0 && d.Digits%10 == 0 {
		d.Digits, d.Scale = d.Digits/10, d.Scale-1
	}
	return d
}

// productDay is the column of a day; import leaves it at none for an empty cell.
func productDay(f catalog.Fields) Column[catalog.Product] {
	return Column[catalog.Product]{Name: f.Name(), Kind: DateKind, Also: productSynonyms[f],
		Get: func(p *catalog.Product) Value { return Date(p.Day(f)) },
		Set: func(p *catalog.Product, cell *Cell) error {
			if cell.Text == "" {
				p.SetDay(f, 0)
				return nil
			}
			day, err := cell.Date()
			if err == nil {
				p.SetDay(f, day)
			}
			return err
		}}
}

// ProductInput are the columns that a product import reads from a file with these names in its header: ProductRows and the
// attributes that it names; what the stock says is passed over.
func ProductInput(names []string) []Column[catalog.Row] {
	columns := append(slices.Clone(ProductRows), Column[catalog.Row]{Name: "attributes", Also: []string{"atributos", "attributs"},
		Set: func(r *catalog.Row, cell *Cell) error { return r.SetAttributes(cell.Text) }})
	for _, name := range names {
		before, word, _ := strings.Cut(strings.TrimSpace(name), ".")
		key, err := catalog.ParseAttributeKey(word)
		if foldName(before) != "attr" || err != nil || slices.ContainsFunc(columns, func(c Column[catalog.Row]) bool { return c.Name == "attr."+key }) {
			continue
		}
		columns = append(columns, productAttributeRow(key, name))
	}
	for _, name := range []string{"on_hand", "reserved", "available", "incoming", "id"} {
		columns = append(columns, Column[catalog.Row]{Name: name})
	}
	return columns
}

// ProductExport are ProductRows and a column for each attribute.
func ProductExport(keys []string) []Column[catalog.Row] {
	columns := slices.Clone(ProductRows)
	for _, key := range keys {
		columns = append(columns, productAttributeRow(key, ""))
	}
	return columns
}

func productAttributeRow(key, also string) Column[catalog.Row] {
	return Column[catalog.Row]{Name: "attr." + key, Also: []string{also},
		Get: func(r *catalog.Row) Value { return Text(r.Attribute(key)) },
		Set: func(r *catalog.Row, cell *Cell) error { return r.SetAttribute(key, cell.Text) }}
}

// DatedPrice is a price of a product with the day from which it holds.
type DatedPrice struct {
	SKU string
	catalog.DatedPrice
}

// ProductPrices are the columns of the history of prices.
var ProductPrices = []Column[DatedPrice]{
	{Name: "sku", Get: func(p *DatedPrice) Value { return Text(p.SKU) }},
	{Name: "kind", Get: func(p *DatedPrice) Value { return Text(p.Kind) }},
	{Name: "since_on", Kind: DateKind, Get: func(p *DatedPrice) Value { return Date(p.SinceOn) }},
	{Name: "amount", Kind: MoneyKind, Get: func(p *DatedPrice) Value { return Money(p.Amount) }},
}

// productSynonyms are what other programs, and people who write English, Spanish, Portuguese or French, call the fields.
var productSynonyms = map[catalog.Fields][]string{
	catalog.FieldSKU: {"product_code", "product_id", "product_sku", "item_code", "item_number", "code", "part_number", "stock keeping unit", "reference", "ref",
		"referencia", "código", "código de producto", "código de artículo", "id producto", "código do produto", "referência", "référence", "code produit", "code article"},
	catalog.FieldName: {"product", "product_name", "item", "title", "item_name", "description", "designation", "producto", "artículo", "nombre", "nombre del producto",
		"descripción", "denominación", "título", "produto", "artigo", "nome", "nome do produto", "descrição", "designação", "produit", "article", "nom", "nom du produit",
		"désignation", "libellé", "titre"},
	catalog.FieldCategory: {"product_category", "category_name", "type", "product_type", "group", "family", "line", "categoría", "familia", "tipo", "grupo", "línea", "gama",
		"categoria", "família", "linha", "catégorie", "famille", "gamme"},
	catalog.FieldBrand: {"vendor", "manufacturer", "maker", "marca", "fabricante", "proveedor", "marque", "fabricant"},
	catalog.FieldPrice: {"unit_price", "sale_price", "selling_price", "retail_price", "list_price", "precio", "precio de venta", "precio unitario", "pvp", "tarifa",
		"preço", "preço de venda", "preço unitário", "prix", "prix de vente", "prix unitaire", "tarif"},
	catalog.FieldCost: {"unit_cost", "cost_price", "purchase_price", "buying_price", "coste", "costo", "precio de coste", "precio de costo", "precio de compra", "custo",
		"preço de custo", "preço de compra", "coût", "prix de revient", "prix d'achat"},
	catalog.FieldReplenishDays: {"replenish", "replenishment_days", "lasts_days", "duración en días", "días de reposición", "dura días", "dias de reposição", "duração em dias",
		"jours de réapprovisionnement", "durée en jours"},
	catalog.FieldReorderAt: {"reorder", "reorder_level", "reorder_point", "minimum_stock", "min_stock", "low_stock", "punto de pedido", "stock mínimo", "nivel de reposición",
		"ponto de encomenda", "estoque mínimo", "ponto de reposição", "seuil de commande", "stock minimum", "seuil de réapprovisionnement"},
	catalog.FieldTags: {"tag", "labels", "label", "keywords", "etiquetas", "marcadores", "étiquettes", "mots-clés"},
	catalog.FieldTaxRate: {"tax", "vat", "vat_rate", "tax_percent", "iva", "tipo de iva", "impuesto", "tasa de impuesto", "taxa de iva", "imposto", "taxa de imposto",
		"tva", "taux de tva", "taxe"},
	catalog.FieldLimitedTo: {"limited", "limited_edition", "edition_size", "edición limitada", "limitado a", "edição limitada", "édition limitée", "limité à"},
	catalog.FieldPackaging: {"package", "packing", "envase", "embalaje", "presentación", "embalagem", "emballage", "conditionnement"},
	catalog.FieldNotes:     {"note", "comment", "comments", "remarks", "notas", "observaciones", "comentarios", "observações", "comentários", "remarques", "commentaires"},
	catalog.FieldCreatedOn: {"created", "created_at", "fecha de alta", "alta", "creado", "criado em", "data de criação", "date de création", "créé le"},
	catalog.FieldLaunchedOn: {"launch", "launched", "launch_date", "release_date", "available_from", "lanzamiento", "fecha de lanzamiento", "lançamento", "data de lançamento",
		"lancement", "date de lancement"},
	catalog.FieldDiscontinuedOn: {"discontinued", "discontinued_at", "end_of_life", "descatalogado", "descatalogado el", "descontinuado", "descontinuado em", "arrêté", "arrêté le"},
	catalog.FieldArchivedOn:     {"archived", "archived_at"},
}

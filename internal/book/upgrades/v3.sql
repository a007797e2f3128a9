-- From format 2 to format 3: goods and sales.
PRAGMA legacy_alter_table = 1; -- other tables go on naming those that are made anew

DROP VIEW v_interactions;
DROP VIEW v_orders;
DROP VIEW v_order_lines;
DROP VIEW v_products;

ALTER TABLE products RENAME TO products_old;

CREATE TABLE products (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  sku             TEXT NOT NULL,
  name            TEXT NOT NULL,
  brand           TEXT,
  category        TEXT,
  tax_rate        INTEGER,
  replenish_days  INTEGER,
  reorder_at      INTEGER,
  limited_to      INTEGER,
  packaging       TEXT,
  notes           TEXT,
  created_on      TEXT NOT NULL,
  launched_on     TEXT,
  discontinued_on TEXT,
  archived_on     TEXT,
  CONSTRAINT product_sku CHECK (sku <> ''),
  CONSTRAINT product_name CHECK (name <> ''),
  CONSTRAINT product_tax_rate CHECK (tax_rate BETWEEN 0 AND 10000),
  CONSTRAINT product_replenish_days CHECK (replenish_days > 0),
  CONSTRAINT product_reorder_at CHECK (reorder_at >= 0),
  CONSTRAINT product_limited_to CHECK (limited_to > 0),
  CONSTRAINT product_created_on CHECK (length(created_on) = 10)
) STRICT;
INSERT INTO products (id, sku, name, created_on)
SELECT id, sku, name, created_on FROM products_old;
DELETE FROM sqlite_sequence WHERE name = 'products';
UPDATE sqlite_sequence SET name = 'products' WHERE name = 'products_old';
DROP TABLE products_old;
CREATE UNIQUE INDEX products_sku ON products (sku);

ALTER TABLE orders RENAME TO orders_old;

CREATE TABLE orders (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  ref            TEXT,
  ref_source     TEXT,
  customer_id    INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  ordered_on     TEXT NOT NULL,
  total          INTEGER NOT NULL,
  channel        TEXT,
  is_history     INTEGER NOT NULL DEFAULT 1,
  shipping       INTEGER NOT NULL DEFAULT 0,
  tax            INTEGER NOT NULL DEFAULT 0,
  discount       INTEGER NOT NULL DEFAULT 0,
  cost           INTEGER,
  consultant_id  INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  campaign_id    INTEGER REFERENCES campaigns (id) ON DELETE NO ACTION,
  notes          TEXT,
  confirmed_on   TEXT,
  shipped_on     TEXT,
  invoiced_on    TEXT,
  cancelled_on   TEXT,
  returned_on    TEXT,
  valid_until_on TEXT,
  promotion_id   INTEGER REFERENCES promotions (id) ON DELETE NO ACTION,
  original_id    INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  net            INTEGER GENERATED ALWAYS AS (total - tax - shipping) VIRTUAL,
  CONSTRAINT order_ordered_on CHECK (ordered_on BETWEEN '0001-01-01' AND '9999-12-31'),
  CONSTRAINT order_is_history CHECK (is_history IN (0, 1)),
  CONSTRAINT order_ref CHECK ((ref IS NULL) = (ref_source IS NULL)),
  CONSTRAINT order_not_own_original CHECK (original_id <> id)
) STRICT;
INSERT INTO orders (id, ref, ref_source, customer_id, ordered_on, total, channel, is_history, shipping, tax, discount, cost, consultant_id, campaign_id, notes, confirmed_on, shipped_on, invoiced_on, cancelled_on, returned_on)
SELECT id, ref, ref_source, customer_id, ordered_on, total, channel, is_history, shipping, tax, discount, cost, consultant_id, campaign_id, notes, confirmed_on, shipped_on, invoiced_on, cancelled_on, returned_on FROM orders_old;
DELETE FROM sqlite_sequence WHERE name = 'orders';
UPDATE sqlite_sequence SET name = 'orders' WHERE name = 'orders_old';
DROP TABLE orders_old;
CREATE UNIQUE INDEX orders_ref ON orders (ref, ref_source);
CREATE INDEX orders_sales ON orders
  (customer_id, ordered_on, net, is_history, confirmed_on, cancelled_on, returned_on);

ALTER TABLE order_lines RENAME TO order_lines_old;

CREATE TABLE order_lines (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id         INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  product_id       INTEGER NOT NULL REFERENCES products (id) ON DELETE NO ACTION,
  quantity         INTEGER NOT NULL,
  unit_price       INTEGER NOT NULL,
  amount           INTEGER NOT NULL,
  discount         INTEGER NOT NULL DEFAULT 0,
  tax              INTEGER NOT NULL DEFAULT 0,
  cost             INTEGER,
  backordered      INTEGER NOT NULL DEFAULT 0,
  promotion_id     INTEGER REFERENCES promotions (id) ON DELETE NO ACTION,
  original_line_id INTEGER REFERENCES order_lines (id) ON DELETE NO ACTION,
  CONSTRAINT order_line_backordered CHECK (backordered BETWEEN 0 AND max(quantity, 0))
) STRICT;
INSERT INTO order_lines (id, order_id, product_id, quantity, unit_price, amount, discount, tax, cost)
SELECT id, order_id, product_id, quantity, unit_price, amount, discount, tax, cost FROM order_lines_old;
DELETE FROM sqlite_sequence WHERE name = 'order_lines';
UPDATE sqlite_sequence SET name = 'order_lines' WHERE name = 'order_lines_old';
DROP TABLE order_lines_old;
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_product ON order_lines (product_id);

CREATE INDEX products_category ON products (category) WHERE category IS NOT NULL;

CREATE TABLE product_prices (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  since_on   TEXT NOT NULL,
  amount     INTEGER NOT NULL,
  CONSTRAINT product_price_kind CHECK (kind IN ('price', 'cost')),
  CONSTRAINT product_price_amount CHECK (amount >= 0)
) STRICT;
CREATE UNIQUE INDEX product_prices_since ON product_prices (product_id, kind, since_on);

CREATE TABLE product_tags (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  tag        TEXT NOT NULL,
  CONSTRAINT product_tag CHECK (tag <> '')
) STRICT;
CREATE UNIQUE INDEX product_tags_once ON product_tags (product_id, tag);
CREATE INDEX product_tags_tag ON product_tags (tag);

CREATE TABLE product_attributes (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  key        TEXT NOT NULL,
  value      TEXT NOT NULL,
  CONSTRAINT product_attribute_key CHECK (key <> ''),
  CONSTRAINT product_attribute_value CHECK (value <> '')
) STRICT;
CREATE UNIQUE INDEX product_attributes_once ON product_attributes (product_id, key, value);
CREATE INDEX product_attributes_value ON product_attributes (key, value);

CREATE TABLE stock_moves (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id    INTEGER NOT NULL REFERENCES products (id) ON DELETE NO ACTION,
  moved_on      TEXT NOT NULL,
  kind          TEXT NOT NULL,
  quantity      INTEGER NOT NULL,
  value         INTEGER,
  lot           TEXT,
  expires_on    TEXT,
  document      TEXT,
  reason        TEXT,
  order_line_id INTEGER REFERENCES order_lines (id) ON DELETE NO ACTION,
  CONSTRAINT stock_move_kind CHECK (kind IN ('receive', 'adjust', 'count', 'ship', 'return')),
  CONSTRAINT stock_move_quantity CHECK (quantity <> 0),
  CONSTRAINT stock_move_direction CHECK (kind IN ('adjust', 'count') OR (quantity > 0) = (kind IN ('receive', 'return'))),
  CONSTRAINT stock_move_order CHECK ((kind IN ('ship', 'return')) = (order_line_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX stock_moves_receipt ON stock_moves (document, product_id, ifnull(lot, '')) WHERE kind = 'receive' AND document IS NOT NULL;
CREATE INDEX stock_moves_product ON stock_moves (product_id, moved_on, quantity, value);
CREATE INDEX stock_moves_order_line ON stock_moves (order_line_id) WHERE order_line_id IS NOT NULL;
CREATE TRIGGER stock_moves_keep BEFORE DELETE ON stock_moves WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'stock moves are never deleted: adjust the stock'); END;
CREATE TRIGGER stock_moves_fixed BEFORE UPDATE ON stock_moves WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'stock moves are never changed: adjust the stock'); END;

CREATE TABLE stock_expected (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id  INTEGER NOT NULL REFERENCES products (id) ON DELETE NO ACTION,
  document    TEXT NOT NULL,
  quantity    INTEGER NOT NULL,
  unit_cost   INTEGER,
  expected_on TEXT,
  closed_on   TEXT,
  CONSTRAINT stock_expected_quantity CHECK (quantity > 0)
) STRICT;
CREATE UNIQUE INDEX stock_expected_document ON stock_expected (document, product_id);
CREATE INDEX stock_expected_product ON stock_expected (product_id);

CREATE TABLE promotions (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  code          TEXT NOT NULL,
  name          TEXT,
  kind          TEXT NOT NULL,
  percent       INTEGER,
  amount        INTEGER,
  buy_quantity  INTEGER,
  get_quantity  INTEGER,
  product_id    INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  category      TEXT,
  brand         TEXT,
  channel       TEXT,
  segment       TEXT,
  min_total     INTEGER,
  from_on       TEXT,
  until_on      TEXT,
  max_uses      INTEGER,
  max_uses_each INTEGER,
  created_on    TEXT NOT NULL,
  CONSTRAINT promotion_code CHECK (code <> ''),
  CONSTRAINT promotion_kind CHECK (kind IN ('percent', 'amount', 'buy_get')),
  CONSTRAINT promotion_percent CHECK ((kind = 'percent') = (percent IS NOT NULL) AND percent BETWEEN 1 AND 10000),
  CONSTRAINT promotion_amount CHECK ((kind = 'amount') = (amount IS NOT NULL) AND amount > 0),
  CONSTRAINT promotion_buy_get CHECK ((kind = 'buy_get') = (buy_quantity IS NOT NULL AND get_quantity IS NOT NULL) AND buy_quantity > 0 AND get_quantity > 0),
  CONSTRAINT promotion_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX promotions_code ON promotions (code);
CREATE INDEX promotions_product ON promotions (product_id) WHERE product_id IS NOT NULL;

CREATE TABLE customer_prices (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  product_id  INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  price       INTEGER,
  percent     INTEGER,
  from_on     TEXT,
  until_on    TEXT,
  CONSTRAINT customer_price_one CHECK ((price IS NULL) <> (percent IS NULL)),
  CONSTRAINT customer_price_price CHECK (price >= 0 AND product_id IS NOT NULL OR price IS NULL),
  CONSTRAINT customer_price_percent CHECK (percent BETWEEN 1 AND 10000)
) STRICT;
CREATE INDEX customer_prices_customer ON customer_prices (customer_id, product_id);
CREATE INDEX customer_prices_product ON customer_prices (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX orders_live ON orders (confirmed_on) WHERE is_history = 0;
CREATE INDEX orders_promotion ON orders (promotion_id) WHERE promotion_id IS NOT NULL;
CREATE INDEX orders_original ON orders (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX order_lines_promotion ON order_lines (promotion_id) WHERE promotion_id IS NOT NULL;
CREATE INDEX order_lines_original ON order_lines (original_line_id) WHERE original_line_id IS NOT NULL;

CREATE TABLE shipments (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id   INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  shipped_on TEXT NOT NULL,
  carrier    TEXT,
  tracking   TEXT
) STRICT;
CREATE INDEX shipments_order ON shipments (order_id);

CREATE TABLE shipment_lines (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  shipment_id   INTEGER NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
  order_line_id INTEGER NOT NULL REFERENCES order_lines (id) ON DELETE CASCADE,
  quantity      INTEGER NOT NULL,
  CONSTRAINT shipment_line_quantity CHECK (quantity > 0)
) STRICT;
CREATE UNIQUE INDEX shipment_lines_once ON shipment_lines (shipment_id, order_line_id);
CREATE INDEX shipment_lines_order_line ON shipment_lines (order_line_id);

CREATE TABLE invoices (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id    INTEGER NOT NULL REFERENCES orders (id) ON DELETE NO ACTION,
  kind        TEXT NOT NULL,
  year        INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  issued_on   TEXT NOT NULL,
  total       INTEGER NOT NULL,
  corrects_id INTEGER REFERENCES invoices (id) ON DELETE NO ACTION,
  CONSTRAINT invoice_kind CHECK (kind IN ('invoice', 'credit_note')),
  CONSTRAINT invoice_corrects CHECK ((kind = 'credit_note') = (corrects_id IS NOT NULL)),
  CONSTRAINT invoice_number CHECK (number > 0)
) STRICT;
CREATE UNIQUE INDEX invoices_number ON invoices (kind, year, number);
CREATE INDEX invoices_order ON invoices (order_id);
CREATE INDEX invoices_corrects ON invoices (corrects_id) WHERE corrects_id IS NOT NULL;
CREATE TRIGGER invoices_keep BEFORE DELETE ON invoices WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'invoices are never deleted: return the order'); END;
CREATE TRIGGER invoices_fixed BEFORE UPDATE ON invoices WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'invoices are never changed: return the order'); END;

CREATE TABLE instalments (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  due_on   TEXT NOT NULL,
  amount   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX instalments_due ON instalments (order_id, due_on);

CREATE TABLE payments (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  ref         TEXT,
  ref_source  TEXT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  order_id    INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  paid_on     TEXT NOT NULL,
  amount      INTEGER NOT NULL,
  method      TEXT,
  notes       TEXT,
  CONSTRAINT payment_amount CHECK (amount <> 0),
  CONSTRAINT payment_ref CHECK ((ref IS NULL) = (ref_source IS NULL))
) STRICT;
CREATE UNIQUE INDEX payments_ref ON payments (ref, ref_source) WHERE ref IS NOT NULL;
CREATE INDEX payments_customer ON payments (customer_id, paid_on, amount);
CREATE INDEX payments_order ON payments (order_id) WHERE order_id IS NOT NULL;
CREATE TRIGGER payments_keep BEFORE DELETE ON payments WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'payments are never deleted: pay back'); END;
CREATE TRIGGER payments_fixed BEFORE UPDATE ON payments WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'payments are never changed: pay back'); END;

CREATE VIEW v_interactions AS
SELECT i.id, CASE WHEN i.ref_source <> 'content' THEN i.ref END AS ref, i.ref_source, i.customer_id, c.name AS customer,
       i.happened_on, i.channel, i.direction, i.kind, i.reached, i.summary, i.outcome, i.minutes, i.consultant_id, k.name AS consultant, p.sku AS product, i.case_id
FROM interactions i
JOIN customers c ON c.id = i.customer_id
LEFT JOIN consultants k ON k.id = i.consultant_id
LEFT JOIN products p ON p.id = i.product_id;

CREATE VIEW v_orders AS
SELECT o.id, CASE WHEN o.ref_source <> 'content' THEN o.ref END AS ref, o.ref_source, o.customer_id, c.name AS customer,
       o.ordered_on, CASE WHEN o.cancelled_on IS NOT NULL THEN 'cancelled' WHEN o.returned_on IS NOT NULL THEN 'returned'
         WHEN o.is_history THEN 'paid' WHEN o.invoiced_on IS NOT NULL THEN 'invoiced'
         WHEN o.shipped_on IS NOT NULL THEN 'shipped' WHEN o.confirmed_on IS NOT NULL THEN 'confirmed' ELSE 'quote' END AS status,
       o.channel, o.consultant_id, k.name AS consultant, o.campaign_id, p.name AS campaign,
       o.total, o.shipping, o.tax, o.discount, o.cost, o.net, o.original_id, o.notes
FROM orders o
JOIN customers c ON c.id = o.customer_id
LEFT JOIN consultants k ON k.id = o.consultant_id
LEFT JOIN campaigns p ON p.id = o.campaign_id;

CREATE VIEW v_order_lines AS
SELECT l.id, l.order_id, l.product_id, p.sku, p.name AS product, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost,
       l.backordered, m.code AS promotion
FROM order_lines l
JOIN products p ON p.id = l.product_id
LEFT JOIN promotions m ON m.id = l.promotion_id;

CREATE VIEW v_products AS
SELECT p.id, p.sku, p.name, p.brand, p.category,
       (SELECT amount FROM product_prices x WHERE x.product_id = p.id AND x.kind = 'price' ORDER BY since_on DESC LIMIT 1) AS price,
       (SELECT amount FROM product_prices x WHERE x.product_id = p.id AND x.kind = 'cost' ORDER BY since_on DESC LIMIT 1) AS cost,
       (SELECT sum(quantity) FROM stock_moves s WHERE s.product_id = p.id) AS on_hand,
       p.tax_rate, p.replenish_days, p.reorder_at, p.limited_to,
       (SELECT group_concat(tag, ', ') FROM (SELECT tag FROM product_tags t WHERE t.product_id = p.id ORDER BY tag)) AS tags,
       p.packaging, p.notes, p.created_on, p.launched_on, p.discontinued_on, p.archived_on
FROM products p;

CREATE VIEW v_stock_moves AS
SELECT m.id, m.product_id, p.sku, p.name AS product, m.moved_on, m.kind, m.quantity, m.value, m.lot, m.expires_on, m.document,
       m.reason, l.order_id
FROM stock_moves m
JOIN products p ON p.id = m.product_id
LEFT JOIN order_lines l ON l.id = m.order_line_id;

CREATE VIEW v_payments AS
SELECT p.id, CASE WHEN p.ref_source <> 'content' THEN p.ref END AS ref, p.ref_source, p.customer_id, c.name AS customer, p.order_id, p.paid_on, p.amount, p.method, p.notes
FROM payments p
JOIN customers c ON c.id = p.customer_id;

CREATE VIEW v_invoices AS
SELECT i.id, i.kind, i.year, i.number, i.issued_on, i.order_id, o.customer_id, c.name AS customer, i.total, i.corrects_id
FROM invoices i
JOIN orders o ON o.id = i.order_id
JOIN customers c ON c.id = o.customer_id;

PRAGMA legacy_alter_table = 0;

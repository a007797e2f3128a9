-- perla's book: one SQLite file that holds facts about people, goods and sales.
--
-- How to read it. Tables are plural, columns singular. A column ending in _on is a civil day, YYYY-MM-DD; one ending
-- in _at is an instant, RFC 3339 in UTC. Money is INTEGER, in minor units of the book's currency (cents for EUR).
-- Quantities are INTEGER. A flag is 0 or 1. Every table has an id that is never used twice: the operation log names
-- rows by it. What can be computed is not stored, but for three kinds of column that speed demands, each written in
-- the same statement as its source and proved by `perla check`: folded text, sums of an order's lines, full text.
--
-- Indexes are all explicit, so that a bulk load may drop and rebuild them inside its own transaction.

PRAGMA application_id = 0x70726C61; -- "prla"
PRAGMA user_version = 1;

------------------------------------------------------------------------------------------------------------------------
-- The book itself
------------------------------------------------------------------------------------------------------------------------

-- What holds for the whole book, on any machine: currency, country, timezone, locale.
CREATE TABLE settings (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  key   TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX settings_key ON settings (key);

-- One row for each command that changed something: when, which verb (never values), and which operation it undid.
CREATE TABLE operations (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        TEXT NOT NULL,
  what      TEXT NOT NULL,
  undoes_id INTEGER REFERENCES operations (id) ON DELETE NO ACTION
) STRICT;
CREATE INDEX operations_undoes ON operations (undoes_id) WHERE undoes_id IS NOT NULL;

-- What an operation did, in the order it was done: inserted rows as a range of ids, a changed or deleted row with its
-- old image as a JSON object. Read backwards it is the undo.
CREATE TABLE operation_changes (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  operation_id INTEGER NOT NULL REFERENCES operations (id) ON DELETE NO ACTION,
  table_name   TEXT NOT NULL,
  kind         TEXT NOT NULL,
  first_id     INTEGER NOT NULL,
  last_id      INTEGER NOT NULL,
  old          TEXT,
  CONSTRAINT operation_change_kind CHECK (kind IN ('insert', 'update', 'delete')),
  CONSTRAINT operation_change_range CHECK (first_id <= last_id),
  CONSTRAINT operation_change_old CHECK ((kind = 'insert') = (old IS NULL))
) STRICT;
CREATE INDEX operation_changes_operation ON operation_changes (operation_id);
CREATE INDEX operation_changes_row ON operation_changes (table_name, last_id, first_id);

-- The log is append-only: a correction is a new operation.
CREATE TRIGGER operations_keep BEFORE DELETE ON operations
  BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END;
CREATE TRIGGER operations_fixed BEFORE UPDATE ON operations
  BEGIN SELECT RAISE(ABORT, 'operations are never changed'); END;
CREATE TRIGGER operation_changes_keep BEFORE DELETE ON operation_changes
  BEGIN SELECT RAISE(ABORT, 'operation changes are never deleted'); END;
CREATE TRIGGER operation_changes_fixed BEFORE UPDATE ON operation_changes
  BEGIN SELECT RAISE(ABORT, 'operation changes are never changed'); END;

------------------------------------------------------------------------------------------------------------------------
-- People
------------------------------------------------------------------------------------------------------------------------

-- Who sells. For now a reference and a name, made on the way by imports.
CREATE TABLE consultants (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  ref  TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT consultant_ref CHECK (ref <> ''),
  CONSTRAINT consultant_name CHECK (name <> '')
) STRICT;
CREATE UNIQUE INDEX consultants_ref ON consultants (ref);

-- Who buys, or may: a person or a company. `ref` is her key in another system, named by `ref_source`, and is unique
-- there. E-mail is stored folded; the phone as written and, where it can be read, as E.164 by the book's country.
-- A birthday may lack its year: --MM-DD. `name_key` and `search` are folded text (no accents, no case) for finding her.
-- A removed customer stays, with the day she was archived.
CREATE TABLE customers (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  ref               TEXT,
  ref_source        TEXT,
  name              TEXT NOT NULL,
  kind              TEXT NOT NULL DEFAULT 'person',
  email             TEXT,
  phone             TEXT,
  phone_e164        TEXT,
  birthday          TEXT,
  city              TEXT,
  country           TEXT,
  sector            TEXT,
  stage             TEXT,
  source            TEXT,
  language          TEXT,
  preferred_channel TEXT,
  consultant_id     INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  company_id        INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  referred_by_id    INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  notes             TEXT,
  created_on        TEXT NOT NULL,
  archived_on       TEXT,
  name_key          TEXT NOT NULL,
  search            TEXT NOT NULL,
  CONSTRAINT customer_name CHECK (name <> ''),
  CONSTRAINT customer_kind CHECK (kind IN ('person', 'company')),
  CONSTRAINT customer_stage CHECK (stage IN ('lead', 'prospect', 'customer', 'lost')),
  CONSTRAINT customer_ref CHECK ((ref IS NULL) = (ref_source IS NULL)),
  CONSTRAINT customer_birthday CHECK (length(birthday) IN (7, 10)),
  CONSTRAINT customer_created_on CHECK (length(created_on) = 10),
  CONSTRAINT customer_archived_on CHECK (length(archived_on) = 10),
  CONSTRAINT customer_not_own_company CHECK (company_id <> id),
  CONSTRAINT customer_not_own_referrer CHECK (referred_by_id <> id)
) STRICT;
CREATE UNIQUE INDEX customers_ref ON customers (ref, ref_source) WHERE ref IS NOT NULL; -- a ref names one row in its source
CREATE INDEX customers_email ON customers (email) WHERE email IS NOT NULL;               -- finding by e-mail, import keys
CREATE INDEX customers_phone ON customers (phone_e164) WHERE phone_e164 IS NOT NULL;     -- finding by phone, import keys
CREATE INDEX customers_name ON customers (name_key);                                     -- finding by exact name
CREATE INDEX customers_consultant ON customers (consultant_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX customers_company ON customers (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX customers_referred_by ON customers (referred_by_id) WHERE referred_by_id IS NOT NULL;

-- Free words on a customer.
CREATE TABLE customer_tags (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  tag         TEXT NOT NULL,
  CONSTRAINT customer_tag CHECK (tag <> '')
) STRICT;
CREATE UNIQUE INDEX customer_tags_once ON customer_tags (customer_id, tag);
CREATE INDEX customer_tags_tag ON customer_tags (tag);

-- Three letters at a time, so that any part of a name, e-mail or phone number finds its customer at once.
CREATE VIRTUAL TABLE customers_search USING fts5 (
  search, content = 'customers', content_rowid = 'id', tokenize = 'trigram', detail = 'none'
);
CREATE TRIGGER customers_search_insert AFTER INSERT ON customers
  BEGIN INSERT INTO customers_search (rowid, search) VALUES (new.id, new.search); END;
CREATE TRIGGER customers_search_delete AFTER DELETE ON customers
  BEGIN INSERT INTO customers_search (customers_search, rowid, search) VALUES ('delete', old.id, old.search); END;
CREATE TRIGGER customers_search_update AFTER UPDATE OF search ON customers
  BEGIN
    INSERT INTO customers_search (customers_search, rowid, search) VALUES ('delete', old.id, old.search);
    INSERT INTO customers_search (rowid, search) VALUES (new.id, new.search);
  END;

------------------------------------------------------------------------------------------------------------------------
-- Goods
------------------------------------------------------------------------------------------------------------------------

-- What is sold. For now a stock-keeping unit and a name, made on the way by imports.
CREATE TABLE products (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  sku        TEXT NOT NULL,
  name       TEXT NOT NULL,
  created_on TEXT NOT NULL,
  CONSTRAINT product_sku CHECK (sku <> ''),
  CONSTRAINT product_name CHECK (name <> ''),
  CONSTRAINT product_created_on CHECK (length(created_on) = 10)
) STRICT;
CREATE UNIQUE INDEX products_sku ON products (sku);

------------------------------------------------------------------------------------------------------------------------
-- Sales
------------------------------------------------------------------------------------------------------------------------

-- What an order may be credited to. For now a reference and a name, made on the way by imports.
CREATE TABLE campaigns (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  ref  TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT campaign_ref CHECK (ref <> ''),
  CONSTRAINT campaign_name CHECK (name <> '')
) STRICT;
CREATE UNIQUE INDEX campaigns_ref ON campaigns (ref);

-- What a customer bought, or gave back (a negative total). total = lines - discount + tax + shipping, frozen as the
-- order was made; discount, tax and cost are the sums of its lines, or what the file said of an order without lines;
-- an unknown cost is NULL, never 0. An order that came without a key of its own has the ref_source 'content' and a ref
-- made of its values, so that the same file twice adds nothing.
-- Facts have days. A historical order (is_history) was confirmed, shipped, invoiced and paid in full on its own day,
-- and says so in one flag; any other has a day for each thing that happened to it. One without confirmed_on is a quote.
CREATE TABLE orders (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  ref           TEXT,
  ref_source    TEXT,
  customer_id   INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  ordered_on    TEXT NOT NULL,
  total         INTEGER NOT NULL,
  channel       TEXT,
  is_history    INTEGER NOT NULL DEFAULT 1,
  shipping      INTEGER NOT NULL DEFAULT 0,
  tax           INTEGER NOT NULL DEFAULT 0,
  discount      INTEGER NOT NULL DEFAULT 0,
  cost          INTEGER,
  consultant_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  campaign_id   INTEGER REFERENCES campaigns (id) ON DELETE NO ACTION,
  notes         TEXT,
  confirmed_on  TEXT,
  shipped_on    TEXT,
  invoiced_on   TEXT,
  cancelled_on  TEXT,
  returned_on   TEXT,
  net           INTEGER GENERATED ALWAYS AS (total - tax - shipping) VIRTUAL,
  CONSTRAINT order_ordered_on CHECK (ordered_on BETWEEN '0001-01-01' AND '9999-12-31'),
  CONSTRAINT order_is_history CHECK (is_history IN (0, 1)),
  CONSTRAINT order_ref CHECK ((ref IS NULL) = (ref_source IS NULL))
) STRICT;
CREATE UNIQUE INDEX orders_ref ON orders (ref, ref_source);  -- a ref names one order in its source
CREATE INDEX orders_sales ON orders                          -- covers every sum by customer and day
  (customer_id, ordered_on, net, is_history, confirmed_on, cancelled_on, returned_on);

-- The lines of an order. amount = quantity x unit price, rounded once, half to even; discount, tax and cost are money
-- of the whole line, cost frozen as given.
CREATE TABLE order_lines (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id   INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE NO ACTION,
  quantity   INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  amount     INTEGER NOT NULL,
  discount   INTEGER NOT NULL DEFAULT 0,
  tax        INTEGER NOT NULL DEFAULT 0,
  cost       INTEGER
) STRICT;
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_product ON order_lines (product_id);

------------------------------------------------------------------------------------------------------------------------
-- Views: the stable surface for `perla sql` and for other tools that open the file. Money in minor units.
------------------------------------------------------------------------------------------------------------------------

-- Each customer, archived ones too, with names in place of ids.
CREATE VIEW v_customers AS
SELECT c.id, c.ref, c.ref_source, c.name, c.kind, c.email, c.phone, c.phone_e164, c.birthday, c.city, c.country,
       c.sector, c.stage, c.source, c.language, c.preferred_channel, c.consultant_id, k.name AS consultant,
       c.company_id, f.name AS company, c.referred_by_id, r.name AS referred_by,
       (SELECT group_concat(tag, ', ') FROM (SELECT tag FROM customer_tags t WHERE t.customer_id = c.id ORDER BY tag)) AS tags,
       c.notes, c.created_on, c.archived_on
FROM customers c
LEFT JOIN consultants k ON k.id = c.consultant_id
LEFT JOIN customers f ON f.id = c.company_id
LEFT JOIN customers r ON r.id = c.referred_by_id;

-- Each order with its present status: the furthest of what happened to it.
CREATE VIEW v_orders AS
SELECT o.id, CASE WHEN o.ref_source <> 'content' THEN o.ref END AS ref, o.ref_source, o.customer_id, c.name AS customer,
       o.ordered_on, CASE WHEN o.cancelled_on IS NOT NULL THEN 'cancelled' WHEN o.returned_on IS NOT NULL THEN 'returned'
         WHEN o.is_history THEN 'paid' WHEN o.invoiced_on IS NOT NULL THEN 'invoiced'
         WHEN o.shipped_on IS NOT NULL THEN 'shipped' WHEN o.confirmed_on IS NOT NULL THEN 'confirmed' ELSE 'quote' END AS status,
       o.channel, o.consultant_id, k.name AS consultant, o.campaign_id, p.name AS campaign,
       o.total, o.shipping, o.tax, o.discount, o.cost, o.net, o.notes
FROM orders o
JOIN customers c ON c.id = o.customer_id
LEFT JOIN consultants k ON k.id = o.consultant_id
LEFT JOIN campaigns p ON p.id = o.campaign_id;

-- Each order line with its product.
CREATE VIEW v_order_lines AS
SELECT l.id, l.order_id, l.product_id, p.sku, p.name AS product, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost
FROM order_lines l
JOIN products p ON p.id = l.product_id;

-- Each product.
CREATE VIEW v_products AS
SELECT id, sku, name, created_on FROM products;

-- Each consultant, and each campaign.
CREATE VIEW v_consultants AS SELECT id, ref, name FROM consultants;
CREATE VIEW v_campaigns AS SELECT id, ref, name FROM campaigns;

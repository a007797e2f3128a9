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
PRAGMA user_version = 6;

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

-- One row for each command that changed something: when, which verb (never values), and which operation it undid. One
-- that held somebody whose data was erased since is sealed from that day on: it can no longer be undone.
CREATE TABLE operations (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        TEXT NOT NULL,
  what      TEXT NOT NULL,
  undoes_id INTEGER REFERENCES operations (id) ON DELETE NO ACTION,
  sealed_on TEXT
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

-- Ledgers are append-only: a correction is a new row. The guard lets undo, merge and erasure pass, which open it inside
-- their own transaction and close it again; outside of one it is always shut.
CREATE TABLE ledger_guard (
  id   INTEGER PRIMARY KEY,
  open INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT ledger_guard_one CHECK (id = 1),
  CONSTRAINT ledger_guard_open CHECK (open IN (0, 1))
) STRICT;
INSERT INTO ledger_guard (id) VALUES (1);

CREATE TRIGGER operations_keep BEFORE DELETE ON operations
  BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END;
CREATE TRIGGER operations_fixed BEFORE UPDATE ON operations WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'operations are never changed'); END;
CREATE TRIGGER operation_changes_keep BEFORE DELETE ON operation_changes WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'operation changes are never deleted'); END;
CREATE TRIGGER operation_changes_fixed BEFORE UPDATE ON operation_changes WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'operation changes are never changed'); END;

------------------------------------------------------------------------------------------------------------------------
-- People
------------------------------------------------------------------------------------------------------------------------

-- Who sells: her reference, how she is reached, her own record as a customer if she has one. E-mail is stored folded, the
-- phone as written and, where it can be read, as E.164. Sponsor and status are those of today, the last rows of
-- consultant_sponsors and consultant_statuses. Imports make consultants on the way, with a reference and a name.
CREATE TABLE consultants (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  ref         TEXT NOT NULL,
  name        TEXT NOT NULL,
  email       TEXT,
  phone       TEXT,
  phone_e164  TEXT,
  birthday    TEXT,
  address     TEXT,
  city        TEXT,
  country     TEXT,
  language    TEXT,
  customer_id INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  sponsor_id  INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  status      TEXT NOT NULL DEFAULT 'active',
  notes       TEXT,
  joined_on   TEXT,
  archived_on TEXT,
  CONSTRAINT consultant_ref CHECK (ref <> ''),
  CONSTRAINT consultant_name CHECK (name <> ''),
  CONSTRAINT consultant_birthday CHECK (length(birthday) IN (7, 10)),
  CONSTRAINT consultant_status CHECK (status IN ('active', 'paused', 'left')),
  CONSTRAINT consultant_not_own_sponsor CHECK (sponsor_id <> id)
) STRICT;
CREATE UNIQUE INDEX consultants_ref ON consultants (ref);
CREATE INDEX consultants_email ON consultants (email) WHERE email IS NOT NULL;
CREATE INDEX consultants_phone ON consultants (phone_e164) WHERE phone_e164 IS NOT NULL;
CREATE INDEX consultants_customer ON consultants (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX consultants_sponsor ON consultants (sponsor_id) WHERE sponsor_id IS NOT NULL;

-- Who buys, or may: a person or a company. `ref` is her key in another system, named by `ref_source`, and is unique
-- there. E-mail and phone are the ones she prefers, others stand in customer_reaches; e-mail is stored folded, the phone
-- as written and, where it can be read, as E.164 by the book's country. A birthday may lack its year: --MM-DD.
-- `potential_value` is what she could spend in a year, as the owner judges; `contact_every` and `contact_within` are the
-- days after which she should, and must, be spoken to. Stage and consultant are those of today, the last rows of
-- customer_stages and customer_consultants. `name_key` and `search` are folded text (no accents, no case) for finding
-- her. A removed customer stays, with the day she was archived; of an erased one nothing stays but the row.
CREATE TABLE customers (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  ref               TEXT,
  ref_source        TEXT,
  name              TEXT NOT NULL,
  kind              TEXT NOT NULL DEFAULT 'person',
  email             TEXT,
  email_label       TEXT,
  phone             TEXT,
  phone_e164        TEXT,
  phone_label       TEXT,
  birthday          TEXT,
  address           TEXT,
  postcode          TEXT,
  city              TEXT,
  region            TEXT,
  country           TEXT,
  sector            TEXT,
  stage             TEXT,
  life_moment       TEXT,
  source            TEXT,
  language          TEXT,
  preferred_channel TEXT,
  consultant_id     INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  company_id        INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  referred_by_id    INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  potential_value   INTEGER,
  contact_every     INTEGER,
  contact_within    INTEGER,
  notes             TEXT,
  created_on        TEXT NOT NULL,
  archived_on       TEXT,
  erased_on         TEXT,
  name_key          TEXT NOT NULL,
  search            TEXT NOT NULL,
  CONSTRAINT customer_name CHECK (name <> ''),
  CONSTRAINT customer_kind CHECK (kind IN ('person', 'company')),
  CONSTRAINT customer_stage CHECK (stage IN ('lead', 'prospect', 'customer', 'lost')),
  CONSTRAINT customer_ref CHECK ((ref IS NULL) = (ref_source IS NULL)),
  CONSTRAINT customer_birthday CHECK (length(birthday) IN (7, 10)),
  CONSTRAINT customer_potential_value CHECK (potential_value >= 0),
  CONSTRAINT customer_contact_every CHECK (contact_every > 0),
  CONSTRAINT customer_contact_within CHECK (contact_within >= contact_every),
  CONSTRAINT customer_created_on CHECK (length(created_on) = 10),
  CONSTRAINT customer_archived_on CHECK (length(archived_on) = 10),
  CONSTRAINT customer_erased_on CHECK (length(erased_on) = 10),
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

-- Her other e-mails and phones. `value` is the e-mail folded, or the phone as written; `key` is what can be compared: the
-- e-mail, or the phone as E.164 or, where it cannot be read, its digits.
CREATE TABLE customer_reaches (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  kind        TEXT NOT NULL,
  value       TEXT NOT NULL,
  key         TEXT NOT NULL,
  label       TEXT,
  CONSTRAINT customer_reach_kind CHECK (kind IN ('email', 'phone')),
  CONSTRAINT customer_reach_value CHECK (value <> '')
) STRICT;
CREATE UNIQUE INDEX customer_reaches_once ON customer_reaches (customer_id, kind, key);
CREATE INDEX customer_reaches_key ON customer_reaches (key, kind);

-- Her keys in further systems, and those of records that were merged into hers: an import that names one finds her.
CREATE TABLE customer_refs (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  ref         TEXT NOT NULL,
  ref_source  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX customer_refs_ref ON customer_refs (ref, ref_source);
CREATE INDEX customer_refs_customer ON customer_refs (customer_id);

-- What is known of her in free words, several values a key: skin = dry, need = gift, cause = amazon.
CREATE TABLE customer_attributes (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  key         TEXT NOT NULL,
  value       TEXT NOT NULL,
  CONSTRAINT customer_attribute_key CHECK (key <> ''),
  CONSTRAINT customer_attribute_value CHECK (value <> '')
) STRICT;
CREATE UNIQUE INDEX customer_attributes_once ON customer_attributes (customer_id, key, value);
CREATE INDEX customer_attributes_value ON customer_attributes (key, value);

-- Who belongs together: one row says that the other is her partner, friend, or of her household, or under her influence.
CREATE TABLE customer_links (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  other_id    INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  kind        TEXT NOT NULL,
  CONSTRAINT customer_link_kind CHECK (kind IN ('household', 'partner', 'parent', 'child', 'sibling', 'friend', 'colleague', 'influences')),
  CONSTRAINT customer_link_not_self CHECK (customer_id <> other_id)
) STRICT;
CREATE UNIQUE INDEX customer_links_once ON customer_links (customer_id, other_id, kind);
CREATE INDEX customer_links_other ON customer_links (other_id);

-- Since when she is in which stage; none ends one. The last row is today's.
CREATE TABLE customer_stages (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  since_on    TEXT NOT NULL,
  stage       TEXT,
  CONSTRAINT customer_stage_stage CHECK (stage IN ('lead', 'prospect', 'customer', 'lost'))
) STRICT;
CREATE UNIQUE INDEX customer_stages_since ON customer_stages (customer_id, since_on);

-- Since when she is whose client; none ends one. The last row is today's.
CREATE TABLE customer_consultants (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id   INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  since_on      TEXT NOT NULL,
  consultant_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION
) STRICT;
CREATE UNIQUE INDEX customer_consultants_since ON customer_consultants (customer_id, since_on);
CREATE INDEX customer_consultants_consultant ON customer_consultants (consultant_id) WHERE consultant_id IS NOT NULL;

-- Two customers who look alike and are not the same, as somebody has said; the lower id comes first.
CREATE TABLE duplicate_dismissals (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  other_id     INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  dismissed_on TEXT NOT NULL,
  CONSTRAINT duplicate_dismissal_order CHECK (customer_id < other_id)
) STRICT;
CREATE UNIQUE INDEX duplicate_dismissals_once ON duplicate_dismissals (customer_id, other_id);
CREATE INDEX duplicate_dismissals_other ON duplicate_dismissals (other_id);

-- What she allowed, and took back, for a channel and a purpose; the last row of a day, and the last day, decides. No row
-- is no consent. Append-only.
CREATE TABLE consents (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  channel      TEXT NOT NULL,
  purpose      TEXT NOT NULL,
  granted      INTEGER NOT NULL,
  given_on     TEXT NOT NULL,
  basis        TEXT NOT NULL,
  source       TEXT,
  text_version TEXT,
  CONSTRAINT consent_channel CHECK (channel IN ('email', 'sms', 'whatsapp', 'phone', 'letter', 'social')),
  CONSTRAINT consent_purpose CHECK (purpose IN ('marketing', 'service')),
  CONSTRAINT consent_granted CHECK (granted IN (0, 1)),
  CONSTRAINT consent_basis CHECK (basis IN ('consent', 'contract', 'legitimate_interest', 'legal_obligation'))
) STRICT;
CREATE INDEX consents_customer ON consents (customer_id, channel, purpose, given_on);
CREATE TRIGGER consents_keep BEFORE DELETE ON consents WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'consents are never deleted: withdraw them'); END;
CREATE TRIGGER consents_fixed BEFORE UPDATE ON consents WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'consents are never changed: add another'); END;

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

-- What is sold. Prices and costs are dated and stand in product_prices. `tax_rate` is in hundredths of a percent (2100 is
-- 21 %) and is part of what the buyer pays on top of the price; `replenish_days` is how long one piece lasts; at
-- `reorder_at` pieces available it is time to order more. A limited edition says how many pieces there will ever be. A
-- discontinued product is sold until none is left; a removed one leaves the lists.
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
CREATE UNIQUE INDEX products_sku ON products (sku);
CREATE INDEX products_category ON products (category) WHERE category IS NOT NULL;

-- What a piece costs the buyer (price, before tax) or the house (cost), from a day on: a change moves no old margin.
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

-- Free words on a product.
CREATE TABLE product_tags (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  tag        TEXT NOT NULL,
  CONSTRAINT product_tag CHECK (tag <> '')
) STRICT;
CREATE UNIQUE INDEX product_tags_once ON product_tags (product_id, tag);
CREATE INDEX product_tags_tag ON product_tags (tag);

-- What is known of a product in free words, several values a key: cause = vegan, skin = dry, refill = REF-1. The tiers it
-- is kept for stand under the key tier.
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

-- Every piece that came or went, by lot where lots are kept. `value` is what the move changes the worth of the stock by:
-- quantity x cost for what comes in, the weighted average for what goes out, so that both what there is and its average
-- cost are sums; it is NULL where no cost is known. Append-only. A product is tracked from its first move on.
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

-- What was ordered from the maker and is still to come: what was received under the same document counts against it.
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

------------------------------------------------------------------------------------------------------------------------
-- Sales
------------------------------------------------------------------------------------------------------------------------

-- What is said to many at once, and what an order may be credited to. Imports of orders make one with a reference and a
-- name alone. The audience is who meets `filter` and is in `segment`, cares for `cause` where one is named, and does not
-- meet `exclude`. `holdout` (hundredths of a percent) of them are left alone, drawn by `seed`, to see what the campaign is
-- worth. Credit goes to the last touch within `window_days`; who was written to less than `gap_days` ago, or `cap` times
-- within `cap_days`, is not written to. `code` is what a buyer names. Launched is for good; paused and cancelled hold what
-- is queued.
CREATE TABLE campaigns (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  ref          TEXT NOT NULL,
  name         TEXT NOT NULL,
  description  TEXT,
  channel      TEXT,
  purpose      TEXT NOT NULL DEFAULT 'marketing',
  template_id  INTEGER REFERENCES templates (id) ON DELETE NO ACTION,
  filter       TEXT,
  segment      TEXT,
  exclude      TEXT,
  cause        TEXT,
  code         TEXT,
  planned_on   TEXT,
  launched_on  TEXT,
  paused_on    TEXT,
  cancelled_on TEXT,
  holdout      INTEGER NOT NULL DEFAULT 0,
  seed         INTEGER NOT NULL DEFAULT 0,
  window_days  INTEGER NOT NULL DEFAULT 30,
  gap_days     INTEGER NOT NULL DEFAULT 0,
  cap          INTEGER,
  cap_days     INTEGER,
  created_on   TEXT,
  CONSTRAINT campaign_ref CHECK (ref <> ''),
  CONSTRAINT campaign_name CHECK (name <> ''),
  CONSTRAINT campaign_channel CHECK (channel IN ('email', 'sms', 'whatsapp', 'phone', 'letter', 'social')),
  CONSTRAINT campaign_purpose CHECK (purpose IN ('marketing', 'service')),
  CONSTRAINT campaign_code CHECK (code <> ''),
  CONSTRAINT campaign_holdout CHECK (holdout BETWEEN 0 AND 9000),
  CONSTRAINT campaign_window CHECK (window_days BETWEEN 1 AND 3660),
  CONSTRAINT campaign_gap CHECK (gap_days >= 0),
  CONSTRAINT campaign_cap CHECK ((cap IS NULL) = (cap_days IS NULL) AND cap > 0 AND cap_days > 0)
) STRICT;
CREATE UNIQUE INDEX campaigns_ref ON campaigns (ref);
CREATE UNIQUE INDEX campaigns_code ON campaigns (code) WHERE code IS NOT NULL;
CREATE INDEX campaigns_template ON campaigns (template_id) WHERE template_id IS NOT NULL;

-- What lowers a price for whoever names its code: a percentage (hundredths of a percent), an amount, or `get_quantity`
-- pieces free with every `buy_quantity`; for the lines of a product, a category, a brand, or all; on a channel, for a
-- segment, between two days, from a sum on, so many times in all and for each customer.
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

-- What one customer pays: a price of her own for a product, or a percentage off (hundredths of a percent) one product or
-- all of them, between two days.
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

-- What a customer bought, or gave back (a negative total). total = lines - discount + tax + shipping, frozen as the
-- order was made; discount, tax and cost are the sums of its lines, or what the file said of an order without lines;
-- an unknown cost is NULL, never 0. An order that came without a key of its own has the ref_source 'content' and a ref
-- made of its values, so that the same file twice adds nothing.
-- Facts have days. A historical order (is_history) was confirmed, shipped, invoiced and paid in full on its own day,
-- and says so in one flag; any other has a day for each thing that happened to it: shipped_on when the last piece left.
-- One without confirmed_on is a quote. A return is an order of its own, with negative lines, that names its original;
-- returned_on is the day the last piece of an order came back, on the original and on its returns alike, since from then
-- on none of them counts.
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
CREATE UNIQUE INDEX orders_ref ON orders (ref, ref_source);  -- a ref names one order in its source
CREATE INDEX orders_sales ON orders                          -- covers every sum by customer and day
  (customer_id, ordered_on, net, is_history, confirmed_on, cancelled_on, returned_on);
CREATE INDEX orders_live ON orders (confirmed_on) WHERE is_history = 0;                     -- those that still move
CREATE INDEX orders_promotion ON orders (promotion_id) WHERE promotion_id IS NOT NULL;
CREATE INDEX orders_original ON orders (original_id) WHERE original_id IS NOT NULL;

-- The lines of an order. amount = quantity x unit price, rounded once, half to even; discount, tax and cost are money
-- of the whole line: cost frozen as given, or at shipping by the average of the stock. `backordered` pieces of it wait for
-- goods and reserve none. A line of a return is negative and names the line it takes back.
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
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_product ON order_lines (product_id);
CREATE INDEX order_lines_promotion ON order_lines (promotion_id) WHERE promotion_id IS NOT NULL;
CREATE INDEX order_lines_original ON order_lines (original_line_id) WHERE original_line_id IS NOT NULL;

-- What left the house together, and which pieces of which line were in it.
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

-- Invoices and the credit notes that take them back, each numbered without gaps in its year. Append-only.
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

-- When the money of an order is due: one row, or one for each instalment. Without rows all is due on the order's day.
CREATE TABLE instalments (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  due_on   TEXT NOT NULL,
  amount   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX instalments_due ON instalments (order_id, due_on);

-- Money that came in, or went back (negative). One that names an order pays that first; what is left of it, and what names
-- none, pays what is due longest; what is left then is her credit. Append-only.
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

------------------------------------------------------------------------------------------------------------------------
-- Loyalty
------------------------------------------------------------------------------------------------------------------------

-- How a programme works, from a day on; of each key the last row counts. There are two programmes, of clients and of
-- consultants; whose points an entry moves says which it belongs to.
CREATE TABLE point_settings (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  programme TEXT NOT NULL,
  key       TEXT NOT NULL,
  value     TEXT NOT NULL,
  since_on  TEXT NOT NULL,
  CONSTRAINT point_setting_programme CHECK (programme IN ('clients', 'consultants'))
) STRICT;
CREATE UNIQUE INDEX point_settings_since ON point_settings (programme, key, since_on);

-- What earns points, between two days: `points` for every `per` of money (rate), `factor` hundredths times what the rates
-- give (multiplier), `points` for an order (bonus) or for something that happened (event). `scope` says for what it holds,
-- as key=value; a lower `priority` goes first, and one whose stacking is 'only' keeps out those behind it. A changed rule is
-- a row that ends and one that begins: an old order keeps its old rule.
CREATE TABLE point_rules (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  programme    TEXT NOT NULL,
  code         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  event        TEXT,
  points       INTEGER,
  per          INTEGER,
  factor       INTEGER,
  scope        TEXT,
  priority     INTEGER NOT NULL DEFAULT 100,
  stacking     TEXT NOT NULL DEFAULT 'add',
  cap          INTEGER,
  cap_per      TEXT,
  pending_days INTEGER,
  expiry       TEXT,
  from_on      TEXT,
  until_on     TEXT,
  CONSTRAINT point_rule_programme CHECK (programme IN ('clients', 'consultants')),
  CONSTRAINT point_rule_code CHECK (code <> ''),
  CONSTRAINT point_rule_kind CHECK (kind IN ('rate', 'multiplier', 'bonus', 'event')),
  CONSTRAINT point_rule_event CHECK ((kind = 'event') = (event IS NOT NULL)),
  CONSTRAINT point_rule_points CHECK ((kind = 'multiplier') = (points IS NULL) AND points >= 0),
  CONSTRAINT point_rule_per CHECK ((kind = 'rate') = (per IS NOT NULL) AND per > 0),
  CONSTRAINT point_rule_factor CHECK ((kind = 'multiplier') = (factor IS NOT NULL) AND factor >= 0),
  CONSTRAINT point_rule_stacking CHECK (stacking IN ('add', 'only')),
  CONSTRAINT point_rule_cap CHECK ((cap IS NULL) = (cap_per IS NULL) AND cap > 0),
  CONSTRAINT point_rule_cap_per CHECK (cap_per IN ('day', 'week', 'month', 'year', 'ever')),
  CONSTRAINT point_rule_pending_days CHECK (pending_days >= 0),
  CONSTRAINT point_rule_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX point_rules_from ON point_rules (programme, code, ifnull(from_on, ''));

-- Every time points came or went, on the day it took effect. One that adds, unless it gives spent points back, opens a lot:
-- so many points, usable from active_from_on to expires_on inclusive. `subject` is what an event was about, so that it
-- counts once. Append-only.
CREATE TABLE point_entries (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  ref            TEXT,
  ref_source     TEXT,
  customer_id    INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  consultant_id  INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  kind           TEXT NOT NULL,
  points         INTEGER NOT NULL,
  effective_on   TEXT NOT NULL,
  active_from_on TEXT,
  expires_on     TEXT,
  order_id       INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  rule_id        INTEGER REFERENCES point_rules (id) ON DELETE NO ACTION,
  reverses_id    INTEGER REFERENCES point_entries (id) ON DELETE NO ACTION,
  subject        TEXT,
  reason         TEXT,
  CONSTRAINT point_entry_of_one CHECK ((customer_id IS NULL) <> (consultant_id IS NULL)),
  CONSTRAINT point_entry_kind CHECK (kind IN ('earn', 'bonus', 'adjust', 'redeem', 'expire', 'reverse_earn', 'reverse_redeem', 'transfer')),
  CONSTRAINT point_entry_points CHECK (points <> 0),
  CONSTRAINT point_entry_sign CHECK (kind IN ('adjust', 'transfer') OR (points > 0) = (kind IN ('earn', 'bonus', 'reverse_redeem'))),
  CONSTRAINT point_entry_lot CHECK ((active_from_on IS NOT NULL) = (points > 0 AND kind <> 'reverse_redeem')),
  CONSTRAINT point_entry_expires CHECK (expires_on >= active_from_on),
  CONSTRAINT point_entry_ref CHECK ((ref IS NULL) = (ref_source IS NULL))
) STRICT;
CREATE UNIQUE INDEX point_entries_ref ON point_entries (ref, ref_source) WHERE ref IS NOT NULL;
CREATE INDEX point_entries_customer ON point_entries (customer_id, effective_on) WHERE customer_id IS NOT NULL;
CREATE INDEX point_entries_consultant ON point_entries (consultant_id, effective_on) WHERE consultant_id IS NOT NULL;
CREATE INDEX point_entries_order ON point_entries (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX point_entries_rule ON point_entries (rule_id) WHERE rule_id IS NOT NULL;
CREATE INDEX point_entries_reverses ON point_entries (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE TRIGGER point_entries_keep BEFORE DELETE ON point_entries WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'point entries are never deleted: adjust the points'); END;
CREATE TRIGGER point_entries_fixed BEFORE UPDATE ON point_entries WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'point entries are never changed: adjust the points'); END;

-- From which lot an entry took its points, on which day; a negative number went back into it. What an entry took away and
-- no lot gave is debt, paid by the next lot. What is left of a lot is its points less these. Append-only.
CREATE TABLE point_allocations (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id     INTEGER NOT NULL REFERENCES point_entries (id) ON DELETE NO ACTION,
  lot_id       INTEGER NOT NULL REFERENCES point_entries (id) ON DELETE NO ACTION,
  points       INTEGER NOT NULL,
  allocated_on TEXT NOT NULL,
  CONSTRAINT point_allocation_points CHECK (points <> 0)
) STRICT;
CREATE INDEX point_allocations_lot ON point_allocations (lot_id, allocated_on, points);
CREATE INDEX point_allocations_entry ON point_allocations (entry_id, points);
CREATE TRIGGER point_allocations_keep BEFORE DELETE ON point_allocations WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'point allocations are never deleted: adjust the points'); END;
CREATE TRIGGER point_allocations_fixed BEFORE UPDATE ON point_allocations WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'point allocations are never changed: adjust the points'); END;

-- The steps of a programme, between two days: who reaches the threshold, in points earned or money spent as the programme
-- says, is in the tier; `factor` hundredths times what the rules give are earned in it.
CREATE TABLE tiers (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  programme TEXT NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  threshold INTEGER NOT NULL,
  factor    INTEGER NOT NULL DEFAULT 100,
  benefits  TEXT,
  from_on   TEXT,
  until_on  TEXT,
  CONSTRAINT tier_programme CHECK (programme IN ('clients', 'consultants')),
  CONSTRAINT tier_code CHECK (code <> ''),
  CONSTRAINT tier_name CHECK (name <> ''),
  CONSTRAINT tier_threshold CHECK (threshold >= 0),
  CONSTRAINT tier_factor CHECK (factor >= 0),
  CONSTRAINT tier_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX tiers_from ON tiers (programme, code, ifnull(from_on, ''));

-- What points buy: money or a percentage (hundredths of a percent) off an order, a product, or something to live; so many
-- in all, between two days, from a tier on. Who takes one gets a voucher that holds `voucher_days`.
CREATE TABLE rewards (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  programme    TEXT NOT NULL,
  code         TEXT NOT NULL,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  points       INTEGER NOT NULL,
  amount       INTEGER,
  percent      INTEGER,
  product_id   INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  cost         INTEGER,
  available    INTEGER,
  tier         TEXT,
  voucher_days INTEGER,
  from_on      TEXT,
  until_on     TEXT,
  CONSTRAINT reward_programme CHECK (programme IN ('clients', 'consultants')),
  CONSTRAINT reward_code CHECK (code <> ''),
  CONSTRAINT reward_name CHECK (name <> ''),
  CONSTRAINT reward_kind CHECK (kind IN ('amount', 'percent', 'product', 'experience')),
  CONSTRAINT reward_points CHECK (points > 0),
  CONSTRAINT reward_amount CHECK ((kind = 'amount') = (amount IS NOT NULL) AND amount > 0),
  CONSTRAINT reward_percent CHECK ((kind = 'percent') = (percent IS NOT NULL) AND percent BETWEEN 1 AND 10000),
  CONSTRAINT reward_product CHECK ((kind = 'product') = (product_id IS NOT NULL)),
  CONSTRAINT reward_cost CHECK (cost >= 0),
  CONSTRAINT reward_available CHECK (available >= 0),
  CONSTRAINT reward_voucher_days CHECK (voucher_days > 0),
  CONSTRAINT reward_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX rewards_code ON rewards (programme, code);
CREATE INDEX rewards_product ON rewards (product_id) WHERE product_id IS NOT NULL;

-- A reward taken: a code that one order uses once, to the last day it holds. entry_id is what it cost.
CREATE TABLE vouchers (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  code         TEXT NOT NULL,
  reward_id    INTEGER NOT NULL REFERENCES rewards (id) ON DELETE NO ACTION,
  entry_id     INTEGER NOT NULL REFERENCES point_entries (id) ON DELETE NO ACTION,
  issued_on    TEXT NOT NULL,
  expires_on   TEXT,
  order_id     INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  used_on      TEXT,
  cancelled_on TEXT,
  CONSTRAINT voucher_code CHECK (code <> ''),
  CONSTRAINT voucher_used CHECK (order_id IS NULL OR used_on IS NOT NULL),
  CONSTRAINT voucher_one_end CHECK (used_on IS NULL OR cancelled_on IS NULL)
) STRICT;
CREATE UNIQUE INDEX vouchers_code ON vouchers (code);
CREATE INDEX vouchers_reward ON vouchers (reward_id);
CREATE INDEX vouchers_entry ON vouchers (entry_id);
CREATE INDEX vouchers_order ON vouchers (order_id) WHERE order_id IS NOT NULL;

------------------------------------------------------------------------------------------------------------------------
-- The network
------------------------------------------------------------------------------------------------------------------------

-- Who works under whom since when; none is at the top. The last row up to a day is that day's.
CREATE TABLE consultant_sponsors (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE CASCADE,
  since_on      TEXT NOT NULL,
  sponsor_id    INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  CONSTRAINT consultant_sponsor_not_self CHECK (sponsor_id <> consultant_id)
) STRICT;
CREATE UNIQUE INDEX consultant_sponsors_since ON consultant_sponsors (consultant_id, since_on);
CREATE INDEX consultant_sponsors_sponsor ON consultant_sponsors (sponsor_id) WHERE sponsor_id IS NOT NULL;

-- Since when a consultant is active, pauses, or has left. The last row is today's.
CREATE TABLE consultant_statuses (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE CASCADE,
  since_on      TEXT NOT NULL,
  status        TEXT NOT NULL,
  CONSTRAINT consultant_status_status CHECK (status IN ('active', 'paused', 'left'))
) STRICT;
CREATE UNIQUE INDEX consultant_statuses_since ON consultant_statuses (consultant_id, since_on);

-- The stretches of time in which the business counts, where these are not the months: no two overlap.
CREATE TABLE cycles (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  code     TEXT NOT NULL,
  from_on  TEXT NOT NULL,
  until_on TEXT NOT NULL,
  CONSTRAINT cycle_code CHECK (code <> ''),
  CONSTRAINT cycle_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX cycles_code ON cycles (code);
CREATE UNIQUE INDEX cycles_from ON cycles (from_on);

-- What a consultant wants to reach in a cycle: money of sales, or a number of clients.
CREATE TABLE consultant_goals (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE CASCADE,
  from_on       TEXT NOT NULL,
  kind          TEXT NOT NULL,
  target        INTEGER NOT NULL,
  CONSTRAINT consultant_goal_kind CHECK (kind IN ('sales', 'group_sales', 'orders', 'new_clients', 'new_consultants')),
  CONSTRAINT consultant_goal_target CHECK (target > 0)
) STRICT;
CREATE UNIQUE INDEX consultant_goals_once ON consultant_goals (consultant_id, from_on, kind);

-- How commissions are worked out, from a day on; of each key the last row counts. Keys: perla help commissions.
CREATE TABLE network_settings (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  since_on TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX network_settings_since ON network_settings (key, since_on);

-- The steps of a consultant's way, between two days: who has sold so much herself, and her group with her, in the cycle,
-- and has been at the training, is there. Percentages in hundredths: margin on what she buys, commission on what she sells.
CREATE TABLE levels (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  code            TEXT NOT NULL,
  name            TEXT NOT NULL,
  rank            INTEGER NOT NULL,
  own_sales       INTEGER NOT NULL DEFAULT 0,
  group_sales     INTEGER NOT NULL DEFAULT 0,
  course_id       INTEGER REFERENCES courses (id) ON DELETE NO ACTION,
  margin          INTEGER NOT NULL,
  commission_rate INTEGER NOT NULL,
  payment_days    INTEGER NOT NULL,
  from_on         TEXT,
  until_on        TEXT,
  CONSTRAINT level_code CHECK (code <> ''),
  CONSTRAINT level_name CHECK (name <> ''),
  CONSTRAINT level_sales CHECK (own_sales >= 0 AND group_sales >= 0),
  CONSTRAINT level_margin CHECK (margin BETWEEN 0 AND 10000),
  CONSTRAINT level_commission_rate CHECK (commission_rate BETWEEN 0 AND 10000),
  CONSTRAINT level_payment_days CHECK (payment_days >= 0),
  CONSTRAINT level_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX levels_from ON levels (code, ifnull(from_on, ''));
CREATE INDEX levels_course ON levels (course_id) WHERE course_id IS NOT NULL;

-- The brackets of a marginal commission: rate (hundredths of a percent) on the money of a cycle above floor_amount, up to
-- the next one's. They count where the setting `commission` is marginal.
CREATE TABLE commission_brackets (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  floor_amount INTEGER NOT NULL,
  rate         INTEGER NOT NULL,
  from_on      TEXT,
  until_on     TEXT,
  CONSTRAINT commission_bracket_floor CHECK (floor_amount >= 0),
  CONSTRAINT commission_bracket_rate CHECK (rate BETWEEN 0 AND 10000),
  CONSTRAINT commission_bracket_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX commission_brackets_from ON commission_brackets (floor_amount, ifnull(from_on, ''));

-- What sponsors get of the sales of those under them: rate (hundredths of a percent) at each depth, 1 being the sponsor.
CREATE TABLE commission_overrides (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  depth    INTEGER NOT NULL,
  rate     INTEGER NOT NULL,
  from_on  TEXT,
  until_on TEXT,
  CONSTRAINT commission_override_depth CHECK (depth > 0),
  CONSTRAINT commission_override_rate CHECK (rate BETWEEN 0 AND 10000),
  CONSTRAINT commission_override_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX commission_overrides_from ON commission_overrides (depth, ifnull(from_on, ''));

-- A bonus between two days: for so many new clients, for so many pieces of a product, or for the best `winners` by sales.
CREATE TABLE incentives (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  code       TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  target     INTEGER,
  winners    INTEGER,
  product_id INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  amount     INTEGER NOT NULL,
  from_on    TEXT NOT NULL,
  until_on   TEXT NOT NULL,
  CONSTRAINT incentive_code CHECK (code <> ''),
  CONSTRAINT incentive_name CHECK (name <> ''),
  CONSTRAINT incentive_kind CHECK (kind IN ('new_clients', 'product', 'contest')),
  CONSTRAINT incentive_target CHECK ((kind = 'contest') = (target IS NULL) AND target > 0),
  CONSTRAINT incentive_winners CHECK ((kind = 'contest') = (winners IS NOT NULL) AND winners > 0),
  CONSTRAINT incentive_product CHECK (kind <> 'product' OR product_id IS NOT NULL),
  CONSTRAINT incentive_amount CHECK (amount > 0),
  CONSTRAINT incentive_days CHECK (from_on <= until_on)
) STRICT;
CREATE UNIQUE INDEX incentives_code ON incentives (code);
CREATE INDEX incentives_product ON incentives (product_id) WHERE product_id IS NOT NULL;

-- Money given to a consultant for a cycle.
CREATE TABLE payouts (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE NO ACTION,
  from_on       TEXT NOT NULL,
  until_on      TEXT NOT NULL,
  paid_on       TEXT NOT NULL,
  amount        INTEGER NOT NULL,
  method        TEXT,
  CONSTRAINT payout_days CHECK (from_on <= until_on)
) STRICT;
CREATE INDEX payouts_consultant ON payouts (consultant_id, from_on);

-- What a payout was made of, frozen: the commission on an order, an override on that of somebody under her, an incentive,
-- or the reversal of one of these after a return. `base` is the money it was worked out on, `rate` in hundredths of a
-- percent; `posted_on` is in the cycle it counts in. Append-only.
CREATE TABLE commission_entries (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE NO ACTION,
  kind          TEXT NOT NULL,
  posted_on     TEXT NOT NULL,
  order_id      INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  seller_id     INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  incentive_id  INTEGER REFERENCES incentives (id) ON DELETE NO ACTION,
  reverses_id   INTEGER REFERENCES commission_entries (id) ON DELETE NO ACTION,
  payout_id     INTEGER REFERENCES payouts (id) ON DELETE NO ACTION,
  depth         INTEGER,
  base          INTEGER NOT NULL,
  rate          INTEGER,
  amount        INTEGER NOT NULL,
  CONSTRAINT commission_entry_kind CHECK (kind IN ('own', 'override', 'incentive', 'reversal')),
  CONSTRAINT commission_entry_override CHECK (kind <> 'override' OR depth IS NOT NULL AND seller_id IS NOT NULL)
) STRICT;
CREATE INDEX commission_entries_consultant ON commission_entries (consultant_id, posted_on);
CREATE INDEX commission_entries_order ON commission_entries (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX commission_entries_seller ON commission_entries (seller_id) WHERE seller_id IS NOT NULL;
CREATE INDEX commission_entries_incentive ON commission_entries (incentive_id) WHERE incentive_id IS NOT NULL;
CREATE INDEX commission_entries_reverses ON commission_entries (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX commission_entries_payout ON commission_entries (payout_id) WHERE payout_id IS NOT NULL;
CREATE TRIGGER commission_entries_keep BEFORE DELETE ON commission_entries WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'commission entries are never deleted: return the order'); END;
CREATE TRIGGER commission_entries_fixed BEFORE UPDATE ON commission_entries WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'commission entries are never changed: return the order'); END;

-- What is taught; a level may ask for it.
CREATE TABLE courses (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  code  TEXT NOT NULL,
  name  TEXT NOT NULL,
  notes TEXT,
  CONSTRAINT course_code CHECK (code <> ''),
  CONSTRAINT course_name CHECK (name <> '')
) STRICT;
CREATE UNIQUE INDEX courses_code ON courses (code);

-- What people are asked to: a session of a course, a workshop, a webinar, a launch. `places` is how many may come, `cost`
-- what it costs the house.
CREATE TABLE events (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  course_id INTEGER REFERENCES courses (id) ON DELETE NO ACTION,
  held_on   TEXT NOT NULL,
  held_at   TEXT,
  place     TEXT,
  channel   TEXT,
  places    INTEGER,
  cost      INTEGER,
  notes     TEXT,
  cancelled_on TEXT,
  CONSTRAINT event_code CHECK (code <> ''),
  CONSTRAINT event_name CHECK (name <> ''),
  CONSTRAINT event_kind CHECK (kind IN ('training', 'workshop', 'webinar', 'launch', 'vip', 'other')),
  CONSTRAINT event_course CHECK ((kind = 'training') = (course_id IS NOT NULL)),
  CONSTRAINT event_places CHECK (places > 0),
  CONSTRAINT event_cost CHECK (cost >= 0)
) STRICT;
CREATE UNIQUE INDEX events_code ON events (code);
CREATE INDEX events_held ON events (held_on);
CREATE INDEX events_course ON events (course_id) WHERE course_id IS NOT NULL;

-- Who was asked, said yes or no, came, or did not; a day for each.
CREATE TABLE event_guests (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id      INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  customer_id   INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  consultant_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  invited_on    TEXT,
  registered_on TEXT,
  declined_on   TEXT,
  attended_on   TEXT,
  missed_on     TEXT,
  CONSTRAINT event_guest_of_one CHECK ((customer_id IS NULL) <> (consultant_id IS NULL)),
  CONSTRAINT event_guest_came CHECK (attended_on IS NULL OR missed_on IS NULL)
) STRICT;
CREATE UNIQUE INDEX event_guests_customer ON event_guests (customer_id, event_id) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX event_guests_consultant ON event_guests (consultant_id, event_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX event_guests_event ON event_guests (event_id);

------------------------------------------------------------------------------------------------------------------------
-- Conversations
------------------------------------------------------------------------------------------------------------------------

-- A request or complaint of a client or a consultant, from its first word to its end. What became of it stands in
-- case_events; its status is read from there.
CREATE TABLE cases (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  ref           TEXT,
  ref_source    TEXT,
  customer_id   INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  consultant_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  kind          TEXT NOT NULL,
  topic         TEXT NOT NULL,
  priority      TEXT NOT NULL DEFAULT 'normal',
  channel       TEXT,
  opened_at     TEXT NOT NULL,
  order_id      INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  product_id    INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  CONSTRAINT case_of_one CHECK ((customer_id IS NULL) <> (consultant_id IS NULL)),
  CONSTRAINT case_kind CHECK (kind IN ('request', 'complaint')),
  CONSTRAINT case_topic CHECK (topic <> ''),
  CONSTRAINT case_priority CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  CONSTRAINT case_ref CHECK ((ref IS NULL) = (ref_source IS NULL))
) STRICT;
CREATE UNIQUE INDEX cases_ref ON cases (ref, ref_source) WHERE ref IS NOT NULL;
CREATE INDEX cases_customer ON cases (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX cases_consultant ON cases (consultant_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX cases_order ON cases (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX cases_product ON cases (product_id) WHERE product_id IS NOT NULL;

-- What became of a case: a note among ourselves, a response to whom it is about, who handles it from now on, its end,
-- its reopening.
CREATE TABLE case_events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  at         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  text       TEXT,
  handler_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  CONSTRAINT case_event_kind CHECK (kind IN ('note', 'response', 'assign', 'close', 'reopen')),
  CONSTRAINT case_event_handler CHECK ((kind = 'assign') = (handler_id IS NOT NULL))
) STRICT;
CREATE INDEX case_events_case ON case_events (case_id, at);
CREATE INDEX case_events_handler ON case_events (handler_id) WHERE handler_id IS NOT NULL;

-- Each time somebody spoke with a customer, or tried to: by which channel, who began, what about and what came of it. An
-- attempt that did not reach her does not count as contact.
CREATE TABLE interactions (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  ref           TEXT,
  ref_source    TEXT,
  customer_id   INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  happened_on   TEXT NOT NULL,
  channel       TEXT NOT NULL,
  direction     TEXT NOT NULL,
  kind          TEXT NOT NULL DEFAULT 'contact',
  reached       INTEGER NOT NULL DEFAULT 1,
  summary       TEXT,
  outcome       TEXT,
  minutes       INTEGER,
  consultant_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  product_id    INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  case_id       INTEGER REFERENCES cases (id) ON DELETE NO ACTION,
  CONSTRAINT interaction_channel CHECK (channel IN ('call', 'email', 'meeting', 'visit', 'sms', 'whatsapp', 'social', 'web', 'chat')),
  CONSTRAINT interaction_direction CHECK (direction IN ('in', 'out')),
  CONSTRAINT interaction_kind CHECK (kind IN ('contact', 'complaint', 'suggestion', 'comment', 'interest')),
  CONSTRAINT interaction_reached CHECK (reached IN (0, 1)),
  CONSTRAINT interaction_minutes CHECK (minutes >= 0),
  CONSTRAINT interaction_ref CHECK ((ref IS NULL) = (ref_source IS NULL))
) STRICT;
CREATE UNIQUE INDEX interactions_ref ON interactions (ref, ref_source) WHERE ref IS NOT NULL;
CREATE INDEX interactions_customer ON interactions (customer_id, happened_on, reached);
CREATE INDEX interactions_consultant ON interactions (consultant_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX interactions_product ON interactions (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX interactions_case ON interactions (case_id) WHERE case_id IS NOT NULL;

-- What is to be done for a client or a consultant, by a day. A recurring one (`every`, such as 2w or 1m) is followed by
-- its next when it is done; its days are counted from `first_due_on`, so that the end of a month stays the end.
CREATE TABLE tasks (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id    INTEGER REFERENCES customers (id) ON DELETE NO ACTION,
  consultant_id  INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  what           TEXT NOT NULL,
  due_on         TEXT NOT NULL,
  every          TEXT,
  first_due_on   TEXT NOT NULL,
  created_on     TEXT NOT NULL,
  done_on        TEXT,
  outcome        TEXT,
  handler_id     INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  interaction_id INTEGER REFERENCES interactions (id) ON DELETE NO ACTION,
  case_id        INTEGER REFERENCES cases (id) ON DELETE NO ACTION,
  CONSTRAINT task_of_one CHECK ((customer_id IS NULL) <> (consultant_id IS NULL)),
  CONSTRAINT task_what CHECK (what <> '')
) STRICT;
CREATE INDEX tasks_open ON tasks (due_on) WHERE done_on IS NULL;
CREATE INDEX tasks_customer ON tasks (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX tasks_consultant ON tasks (consultant_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX tasks_handler ON tasks (handler_id) WHERE handler_id IS NOT NULL;
CREATE INDEX tasks_interaction ON tasks (interaction_id) WHERE interaction_id IS NOT NULL;
CREATE INDEX tasks_case ON tasks (case_id) WHERE case_id IS NOT NULL;

------------------------------------------------------------------------------------------------------------------------
-- Outreach
------------------------------------------------------------------------------------------------------------------------

-- What goes to many, in words with gaps: {{.first_name}}. One code may stand in several languages; '' is for everyone else.
-- The body is text, Markdown (which makes a text and an HTML part) or HTML. `defaults` fill gaps the book has nothing for:
-- a JSON object of texts.
CREATE TABLE templates (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  code        TEXT NOT NULL,
  language    TEXT NOT NULL DEFAULT '',
  name        TEXT,
  channel     TEXT NOT NULL,
  purpose     TEXT NOT NULL DEFAULT 'marketing',
  format      TEXT NOT NULL DEFAULT 'text',
  subject     TEXT,
  body        TEXT NOT NULL,
  defaults    TEXT,
  created_on  TEXT NOT NULL,
  archived_on TEXT,
  CONSTRAINT template_code CHECK (code <> ''),
  CONSTRAINT template_channel CHECK (channel IN ('email', 'sms', 'whatsapp', 'phone', 'letter', 'social')),
  CONSTRAINT template_purpose CHECK (purpose IN ('marketing', 'service')),
  CONSTRAINT template_format CHECK (format IN ('text', 'markdown', 'html')),
  CONSTRAINT template_subject CHECK (channel <> 'email' OR ifnull(subject, '') <> ''),
  CONSTRAINT template_body CHECK (body <> '')
) STRICT;
CREATE UNIQUE INDEX templates_code ON templates (code, language);

-- A condition over customers under a name; who meets it is asked anew each time.
CREATE TABLE segments (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL,
  filter      TEXT NOT NULL,
  description TEXT,
  created_on  TEXT NOT NULL,
  CONSTRAINT segment_name CHECK (name <> ''),
  CONSTRAINT segment_filter CHECK (filter <> '')
) STRICT;
CREATE UNIQUE INDEX segments_name ON segments (name);

-- What a campaign cost, line by line.
CREATE TABLE campaign_costs (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  what        TEXT NOT NULL,
  amount      INTEGER NOT NULL,
  spent_on    TEXT NOT NULL,
  CONSTRAINT campaign_cost_what CHECK (what <> '')
) STRICT;
CREATE INDEX campaign_costs_campaign ON campaign_costs (campaign_id);

-- What a campaign is about.
CREATE TABLE campaign_products (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  product_id  INTEGER NOT NULL REFERENCES products (id) ON DELETE NO ACTION
) STRICT;
CREATE UNIQUE INDEX campaign_products_once ON campaign_products (campaign_id, product_id);
CREATE INDEX campaign_products_product ON campaign_products (product_id);

-- What is asked after something was delivered or a campaign has run: a name over questions.
CREATE TABLE surveys (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  code        TEXT NOT NULL,
  name        TEXT NOT NULL,
  template_id INTEGER REFERENCES templates (id) ON DELETE NO ACTION,
  created_on  TEXT NOT NULL,
  closed_on   TEXT,
  CONSTRAINT survey_code CHECK (code <> ''),
  CONSTRAINT survey_name CHECK (name <> '')
) STRICT;
CREATE UNIQUE INDEX surveys_code ON surveys (code);
CREATE INDEX surveys_template ON surveys (template_id) WHERE template_id IS NOT NULL;

-- The questions of a survey, in their order: nps is 0 to 10, satisfaction 1 to 5, effort 1 to 7, text free words.
CREATE TABLE survey_questions (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  survey_id INTEGER NOT NULL REFERENCES surveys (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  text      TEXT NOT NULL,
  required  INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT survey_question_kind CHECK (kind IN ('nps', 'satisfaction', 'effort', 'text')),
  CONSTRAINT survey_question_text CHECK (text <> ''),
  CONSTRAINT survey_question_required CHECK (required IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX survey_questions_position ON survey_questions (survey_id, position);

-- What is done by itself for each customer to whom something happens: words, a survey, or both. `days` says what the
-- trigger counts by: days without an order, days before points expire. It waits `delay_days`, never sends between the
-- hours quiet_from and quiet_until (HH:MM), and looks at nothing from before active_from_on.
CREATE TABLE automations (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  code           TEXT NOT NULL,
  name           TEXT NOT NULL,
  trigger        TEXT NOT NULL,
  template_id    INTEGER NOT NULL REFERENCES templates (id) ON DELETE NO ACTION,
  survey_id      INTEGER REFERENCES surveys (id) ON DELETE NO ACTION,
  product_id     INTEGER REFERENCES products (id) ON DELETE NO ACTION,
  channel        TEXT NOT NULL,
  days           INTEGER,
  delay_days     INTEGER NOT NULL DEFAULT 0,
  quiet_from     TEXT,
  quiet_until    TEXT,
  cap            INTEGER,
  cap_days       INTEGER,
  filter         TEXT,
  active_from_on TEXT NOT NULL,
  paused_on      TEXT,
  created_on     TEXT NOT NULL,
  CONSTRAINT automation_code CHECK (code <> ''),
  CONSTRAINT automation_name CHECK (name <> ''),
  CONSTRAINT automation_trigger CHECK (trigger IN ('welcome', 'first_purchase', 'after_purchase', 'birthday', 'anniversary', 'abandoned_quote',
    'order_shipped', 'order_delayed', 'inactive_fixed', 'inactive_rhythm', 'inactive_model', 'at_risk', 'replenish', 'points_expiring', 'tier_reached',
    'survey', 'interest_in_stock')),
  CONSTRAINT automation_channel CHECK (channel IN ('email', 'sms', 'whatsapp', 'phone', 'letter', 'social')),
  CONSTRAINT automation_days CHECK (days >= 0),
  CONSTRAINT automation_delay CHECK (delay_days >= 0),
  CONSTRAINT automation_quiet CHECK ((quiet_from IS NULL) = (quiet_until IS NULL) AND length(quiet_from) = 5 AND length(quiet_until) = 5),
  CONSTRAINT automation_cap CHECK ((cap IS NULL) = (cap_days IS NULL) AND cap > 0 AND cap_days > 0)
) STRICT;
CREATE UNIQUE INDEX automations_code ON automations (code);
CREATE INDEX automations_template ON automations (template_id);
CREATE INDEX automations_survey ON automations (survey_id) WHERE survey_id IS NOT NULL;
CREATE INDEX automations_product ON automations (product_id) WHERE product_id IS NOT NULL;

-- What is said to one customer, for a campaign, an automation or neither: where it goes, and its words as they were when
-- it was queued. Who was held out of a campaign has a row without words. Nothing of it changes: what became of it stands
-- in message_steps. `token` names it in the world, in the Message-ID and the links of a mail. It is not sent before
-- send_after_at.
CREATE TABLE messages (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id   INTEGER REFERENCES campaigns (id) ON DELETE NO ACTION,
  automation_id INTEGER REFERENCES automations (id) ON DELETE NO ACTION,
  customer_id   INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  channel       TEXT NOT NULL,
  purpose       TEXT NOT NULL,
  holdout       INTEGER NOT NULL DEFAULT 0,
  address       TEXT,
  subject       TEXT,
  text          TEXT,
  html          TEXT,
  token         TEXT,
  queued_at     TEXT NOT NULL,
  send_after_at TEXT,
  CONSTRAINT message_channel CHECK (channel IN ('email', 'sms', 'whatsapp', 'phone', 'letter', 'social')),
  CONSTRAINT message_purpose CHECK (purpose IN ('marketing', 'service')),
  CONSTRAINT message_holdout CHECK (holdout IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX messages_once ON messages (campaign_id, customer_id) WHERE campaign_id IS NOT NULL;
CREATE UNIQUE INDEX messages_token ON messages (token) WHERE token IS NOT NULL;
CREATE INDEX messages_customer ON messages (customer_id, queued_at);
CREATE INDEX messages_automation ON messages (automation_id) WHERE automation_id IS NOT NULL;
CREATE INDEX messages_address ON messages (address) WHERE address IS NOT NULL;

-- What became of a message; the last row decides, none is queued. It is claimed, and the claim kept, before it is sent, so
-- that one who dies on the way leaves a claim without an end, of which nobody knows whether it went out: it is never sent
-- again by itself. deferred and again put it back into the queue. Append-only.
CREATE TABLE message_steps (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE NO ACTION,
  at         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  reason     TEXT,
  CONSTRAINT message_step_kind CHECK (kind IN ('claimed', 'sent', 'deferred', 'failed', 'unknown', 'skipped', 'cancelled', 'again'))
) STRICT;
CREATE INDEX message_steps_message ON message_steps (message_id);
CREATE TRIGGER message_steps_keep BEFORE DELETE ON message_steps WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'what became of a message is never deleted'); END;
CREATE TRIGGER message_steps_fixed BEFORE UPDATE ON message_steps WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'what became of a message is never changed'); END;

-- What came back of a message. One that came without a key of its own has the ref_source 'content' and a ref made of its
-- values, so that the same file twice adds nothing.
CREATE TABLE message_events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  at         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  detail     TEXT,
  ref        TEXT NOT NULL,
  ref_source TEXT NOT NULL,
  CONSTRAINT message_event_kind CHECK (kind IN ('opened', 'clicked', 'replied', 'bounced', 'complained', 'unsubscribed'))
) STRICT;
CREATE UNIQUE INDEX message_events_ref ON message_events (ref, ref_source);
CREATE INDEX message_events_message ON message_events (message_id, kind);

-- Addresses that nothing goes to, because they bounced or their owner complained, and customers who are left alone:
-- without an address it holds for all of a channel, without a channel for all.
CREATE TABLE suppressions (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  channel     TEXT,
  address     TEXT,
  reason      TEXT NOT NULL,
  since_on    TEXT NOT NULL,
  CONSTRAINT suppression_channel CHECK (channel IN ('email', 'sms', 'whatsapp', 'phone', 'letter', 'social')),
  CONSTRAINT suppression_address CHECK (address IS NULL OR channel IS NOT NULL),
  CONSTRAINT suppression_reason CHECK (reason IN ('bounced', 'complained', 'excluded'))
) STRICT;
CREATE INDEX suppressions_customer ON suppressions (customer_id);

-- Which campaign an order is credited to, and why: it named the code, it came after a message, somebody said so. Written
-- once and never again.
CREATE TABLE campaign_credits (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id    INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id) ON DELETE NO ACTION,
  message_id  INTEGER REFERENCES messages (id) ON DELETE NO ACTION,
  reason      TEXT NOT NULL,
  credited_on TEXT NOT NULL,
  CONSTRAINT campaign_credit_reason CHECK (reason IN ('code', 'last_touch', 'manual'))
) STRICT;
CREATE UNIQUE INDEX campaign_credits_order ON campaign_credits (order_id);
CREATE INDEX campaign_credits_campaign ON campaign_credits (campaign_id);
CREATE INDEX campaign_credits_message ON campaign_credits (message_id) WHERE message_id IS NOT NULL;

-- What an automation has seen happen to whom, each once and for good: `occasion` names it, such as order:12 or
-- birthday:2026. It made a message, or `reason` says why not.
CREATE TABLE automation_occasions (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  automation_id INTEGER NOT NULL REFERENCES automations (id) ON DELETE NO ACTION,
  customer_id   INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  occasion      TEXT NOT NULL,
  due_on        TEXT NOT NULL,
  noted_on      TEXT NOT NULL,
  message_id    INTEGER REFERENCES messages (id) ON DELETE NO ACTION,
  reason        TEXT,
  CONSTRAINT automation_occasion_occasion CHECK (occasion <> '')
) STRICT;
CREATE UNIQUE INDEX automation_occasions_once ON automation_occasions (automation_id, customer_id, occasion);
CREATE INDEX automation_occasions_customer ON automation_occasions (customer_id);
CREATE INDEX automation_occasions_message ON automation_occasions (message_id) WHERE message_id IS NOT NULL;

-- Who was asked a survey, in which wave of it: each person once a wave. Who answered without being asked has no invited_on.
CREATE TABLE survey_invitations (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  survey_id   INTEGER NOT NULL REFERENCES surveys (id) ON DELETE NO ACTION,
  wave        TEXT NOT NULL,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
  invited_on  TEXT,
  order_id    INTEGER REFERENCES orders (id) ON DELETE NO ACTION,
  message_id  INTEGER REFERENCES messages (id) ON DELETE NO ACTION,
  CONSTRAINT survey_invitation_wave CHECK (wave <> '')
) STRICT;
CREATE UNIQUE INDEX survey_invitations_once ON survey_invitations (survey_id, wave, customer_id);
CREATE INDEX survey_invitations_customer ON survey_invitations (customer_id);
CREATE INDEX survey_invitations_order ON survey_invitations (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX survey_invitations_message ON survey_invitations (message_id) WHERE message_id IS NOT NULL;

-- What she answered to each question of a wave, once: a score or words.
CREATE TABLE survey_answers (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  invitation_id INTEGER NOT NULL REFERENCES survey_invitations (id) ON DELETE CASCADE,
  question_id   INTEGER NOT NULL REFERENCES survey_questions (id) ON DELETE NO ACTION,
  answered_on   TEXT NOT NULL,
  score         INTEGER,
  text          TEXT,
  ref           TEXT,
  ref_source    TEXT,
  CONSTRAINT survey_answer_score CHECK (score BETWEEN 0 AND 10),
  CONSTRAINT survey_answer_ref CHECK ((ref IS NULL) = (ref_source IS NULL))
) STRICT;
CREATE UNIQUE INDEX survey_answers_once ON survey_answers (invitation_id, question_id);
CREATE INDEX survey_answers_question ON survey_answers (question_id);
CREATE INDEX survey_answers_ref ON survey_answers (ref, ref_source) WHERE ref IS NOT NULL;

-- How many came by, on a day, by a channel, from a source ('' is not known): the last figure given counts.
CREATE TABLE visits (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  visited_on TEXT NOT NULL,
  channel    TEXT NOT NULL,
  source     TEXT NOT NULL DEFAULT '',
  visits     INTEGER NOT NULL,
  CONSTRAINT visit_channel CHECK (channel <> ''),
  CONSTRAINT visit_visits CHECK (visits >= 0)
) STRICT;
CREATE UNIQUE INDEX visits_day ON visits (visited_on, channel, source);

------------------------------------------------------------------------------------------------------------------------
-- Views: the stable surface for `perla sql` and for other tools that open the file. Money in minor units.
------------------------------------------------------------------------------------------------------------------------

-- Each customer, archived ones too, with names in place of ids.
CREATE VIEW v_customers AS
SELECT c.id, c.ref, c.ref_source, c.name, c.kind, c.email, c.email_label, c.phone, c.phone_e164, c.phone_label, c.birthday,
       c.address, c.postcode, c.city, c.region, c.country, c.sector, c.stage, c.life_moment, c.source, c.language, c.preferred_channel,
       c.consultant_id, k.name AS consultant, c.company_id, f.name AS company, c.referred_by_id, r.name AS referred_by,
       (SELECT group_concat(tag, ', ') FROM (SELECT tag FROM customer_tags t WHERE t.customer_id = c.id ORDER BY tag)) AS tags,
       c.potential_value, c.contact_every, c.contact_within, c.notes, c.created_on, c.archived_on, c.erased_on
FROM customers c
LEFT JOIN consultants k ON k.id = c.consultant_id
LEFT JOIN customers f ON f.id = c.company_id
LEFT JOIN customers r ON r.id = c.referred_by_id;

-- Each interaction, with names in place of ids.
CREATE VIEW v_interactions AS
SELECT i.id, CASE WHEN i.ref_source <> 'content' THEN i.ref END AS ref, i.ref_source, i.customer_id, c.name AS customer,
       i.happened_on, i.channel, i.direction, i.kind, i.reached, i.summary, i.outcome, i.minutes, i.consultant_id, k.name AS consultant, p.sku AS product, i.case_id
FROM interactions i
JOIN customers c ON c.id = i.customer_id
LEFT JOIN consultants k ON k.id = i.consultant_id
LEFT JOIN products p ON p.id = i.product_id;

-- Each task, done ones too; `person` is the client or consultant it is for.
CREATE VIEW v_tasks AS
SELECT t.id, t.customer_id, t.consultant_id, coalesce(c.name, k.name) AS person, t.what, t.due_on, t.every, t.created_on,
       t.done_on, t.outcome, t.handler_id, h.name AS handler, t.interaction_id, t.case_id
FROM tasks t
LEFT JOIN customers c ON c.id = t.customer_id
LEFT JOIN consultants k ON k.id = t.consultant_id
LEFT JOIN consultants h ON h.id = t.handler_id;

-- Each case; `person` is the client or consultant it is about.
CREATE VIEW v_cases AS
SELECT s.id, CASE WHEN s.ref_source <> 'content' THEN s.ref END AS ref, s.ref_source, s.customer_id, s.consultant_id,
       coalesce(c.name, k.name) AS person, s.kind, s.topic, s.priority, s.channel, s.opened_at, s.order_id, p.sku AS product,
       (SELECT min(e.at) FROM case_events e WHERE e.case_id = s.id AND e.kind IN ('response', 'close')) AS first_response_at,
       (SELECT CASE WHEN e.kind = 'close' THEN e.at END FROM case_events e
        WHERE e.case_id = s.id AND e.kind IN ('close', 'reopen') ORDER BY e.at DESC, e.id DESC LIMIT 1) AS closed_at
FROM cases s
LEFT JOIN customers c ON c.id = s.customer_id
LEFT JOIN consultants k ON k.id = s.consultant_id
LEFT JOIN products p ON p.id = s.product_id;

-- What each customer allowed or took back, oldest first.
CREATE VIEW v_consents AS
SELECT id, customer_id, channel, purpose, granted, given_on, basis, source, text_version FROM consents;

-- Each order with its present status: the furthest of what happened to it. Whether a live one is paid is worked out from
-- payments when read, by `perla order list`; a return is an order with a negative total that names its original.
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

-- Each order line with its product.
CREATE VIEW v_order_lines AS
SELECT l.id, l.order_id, l.product_id, p.sku, p.name AS product, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost,
       l.backordered, m.code AS promotion
FROM order_lines l
JOIN products p ON p.id = l.product_id
LEFT JOIN promotions m ON m.id = l.promotion_id;

-- Each product, removed ones too, with its last price and cost, and the pieces there are; NULL where it is not tracked.
CREATE VIEW v_products AS
SELECT p.id, p.sku, p.name, p.brand, p.category,
       (SELECT amount FROM product_prices x WHERE x.product_id = p.id AND x.kind = 'price' ORDER BY since_on DESC LIMIT 1) AS price,
       (SELECT amount FROM product_prices x WHERE x.product_id = p.id AND x.kind = 'cost' ORDER BY since_on DESC LIMIT 1) AS cost,
       (SELECT sum(quantity) FROM stock_moves s WHERE s.product_id = p.id) AS on_hand,
       p.tax_rate, p.replenish_days, p.reorder_at, p.limited_to,
       (SELECT group_concat(tag, ', ') FROM (SELECT tag FROM product_tags t WHERE t.product_id = p.id ORDER BY tag)) AS tags,
       p.packaging, p.notes, p.created_on, p.launched_on, p.discontinued_on, p.archived_on
FROM products p;

-- Each piece that came or went, with the order it went to or came back from.
CREATE VIEW v_stock_moves AS
SELECT m.id, m.product_id, p.sku, p.name AS product, m.moved_on, m.kind, m.quantity, m.value, m.lot, m.expires_on, m.document,
       m.reason, l.order_id
FROM stock_moves m
JOIN products p ON p.id = m.product_id
LEFT JOIN order_lines l ON l.id = m.order_line_id;

-- Each payment; a negative one went back to the customer.
CREATE VIEW v_payments AS
SELECT p.id, CASE WHEN p.ref_source <> 'content' THEN p.ref END AS ref, p.ref_source, p.customer_id, c.name AS customer, p.order_id, p.paid_on, p.amount, p.method, p.notes
FROM payments p
JOIN customers c ON c.id = p.customer_id;

-- Each invoice and credit note.
CREATE VIEW v_invoices AS
SELECT i.id, i.kind, i.year, i.number, i.issued_on, i.order_id, o.customer_id, c.name AS customer, i.total, i.corrects_id
FROM invoices i
JOIN orders o ON o.id = i.order_id
JOIN customers c ON c.id = o.customer_id;

-- Every time points came or went; `person` is the client or consultant whose they are.
CREATE VIEW v_points AS
SELECT e.id, e.ref, e.ref_source, e.customer_id, e.consultant_id, coalesce(c.name, k.name) AS person, e.kind, e.points, e.effective_on,
       e.active_from_on, e.expires_on, e.order_id, r.code AS rule, e.reverses_id, e.subject, e.reason,
       CASE WHEN e.active_from_on IS NOT NULL
         THEN e.points - ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.lot_id = e.id), 0) END AS remaining
FROM point_entries e
LEFT JOIN customers c ON c.id = e.customer_id
LEFT JOIN consultants k ON k.id = e.consultant_id
LEFT JOIN point_rules r ON r.id = e.rule_id;

-- Each voucher with its reward.
CREATE VIEW v_vouchers AS
SELECT v.id, v.code, w.code AS reward, w.name, e.customer_id, e.consultant_id, e.points, v.issued_on, v.expires_on, v.order_id, v.used_on,
       v.cancelled_on
FROM vouchers v
JOIN rewards w ON w.id = v.reward_id
JOIN point_entries e ON e.id = v.entry_id;

-- Each consultant, with the name of her sponsor.
CREATE VIEW v_consultants AS
SELECT k.id, k.ref, k.name, k.email, k.phone, k.phone_e164, k.birthday, k.address, k.city, k.country, k.language, k.customer_id,
       k.sponsor_id, s.name AS sponsor, k.status, k.notes, k.joined_on, k.archived_on
FROM consultants k
LEFT JOIN consultants s ON s.id = k.sponsor_id;

-- What payouts were made of.
CREATE VIEW v_commissions AS
SELECT e.id, e.consultant_id, k.name AS consultant, e.kind, e.posted_on, e.order_id, e.seller_id, s.name AS seller, i.code AS incentive,
       e.depth, e.base, e.rate, e.amount, e.payout_id, p.paid_on
FROM commission_entries e
JOIN consultants k ON k.id = e.consultant_id
LEFT JOIN consultants s ON s.id = e.seller_id
LEFT JOIN incentives i ON i.id = e.incentive_id
LEFT JOIN payouts p ON p.id = e.payout_id;

-- Who was asked to which event, and came.
CREATE VIEW v_event_guests AS
SELECT g.id, g.event_id, e.code AS event, e.name, e.kind, e.held_on, g.customer_id, g.consultant_id, coalesce(c.name, k.name) AS person,
       g.invited_on, g.registered_on, g.declined_on, g.attended_on, g.missed_on
FROM event_guests g
JOIN events e ON e.id = g.event_id
LEFT JOIN customers c ON c.id = g.customer_id
LEFT JOIN consultants k ON k.id = g.consultant_id;

-- Each campaign, with the sum of its costs.
CREATE VIEW v_campaigns AS
SELECT p.id, p.ref, p.name, p.description, p.channel, p.purpose, t.code AS template, p.filter, p.segment, p.exclude, p.cause, p.code, p.planned_on,
       p.launched_on, p.paused_on, p.cancelled_on, p.holdout, p.seed, p.window_days, p.gap_days, p.cap, p.cap_days, p.created_on,
       (SELECT sum(amount) FROM campaign_costs x WHERE x.campaign_id = p.id) AS cost
FROM campaigns p
LEFT JOIN templates t ON t.id = p.template_id;

-- Each message with what became of it last: NULL is queued, and claimed without a later step is on its way, or nobody
-- knows. Who was held out is in it.
CREATE VIEW v_messages AS
SELECT m.id, m.campaign_id, p.ref AS campaign, m.automation_id, a.code AS automation, m.customer_id, c.name AS customer, m.channel, m.purpose,
       m.holdout, m.address, m.subject, m.queued_at, m.send_after_at, s.kind AS step, s.at AS step_at, s.reason,
       (SELECT count(*) FROM message_steps x WHERE x.message_id = m.id AND x.kind = 'claimed') AS attempts
FROM messages m
JOIN customers c ON c.id = m.customer_id
LEFT JOIN campaigns p ON p.id = m.campaign_id
LEFT JOIN automations a ON a.id = m.automation_id
LEFT JOIN message_steps s ON s.id = (SELECT max(id) FROM message_steps x WHERE x.message_id = m.id);

-- What came back of messages.
CREATE VIEW v_message_events AS
SELECT e.id, e.message_id, p.ref AS campaign, m.customer_id, c.name AS customer, m.channel, e.at, e.kind, e.detail
FROM message_events e
JOIN messages m ON m.id = e.message_id
JOIN customers c ON c.id = m.customer_id
LEFT JOIN campaigns p ON p.id = m.campaign_id;

-- Which order is credited to which campaign.
CREATE VIEW v_campaign_credits AS
SELECT x.id, x.order_id, o.customer_id, c.name AS customer, o.ordered_on, o.net, o.cost, p.ref AS campaign, x.message_id, x.reason, x.credited_on
FROM campaign_credits x
JOIN orders o ON o.id = x.order_id
JOIN customers c ON c.id = o.customer_id
JOIN campaigns p ON p.id = x.campaign_id;

-- Each answer to a survey.
CREATE VIEW v_survey_answers AS
SELECT a.id, s.code AS survey, i.wave, i.customer_id, c.name AS customer, i.order_id, q.position, q.kind, q.text AS question, a.answered_on, a.score, a.text
FROM survey_answers a
JOIN survey_invitations i ON i.id = a.invitation_id
JOIN surveys s ON s.id = i.survey_id
JOIN survey_questions q ON q.id = a.question_id
JOIN customers c ON c.id = i.customer_id;

-- What automations have seen and done.
CREATE VIEW v_automation_occasions AS
SELECT o.id, a.code AS automation, a.trigger, o.customer_id, c.name AS customer, o.occasion, o.due_on, o.noted_on, o.message_id, o.reason
FROM automation_occasions o
JOIN automations a ON a.id = o.automation_id
JOIN customers c ON c.id = o.customer_id;

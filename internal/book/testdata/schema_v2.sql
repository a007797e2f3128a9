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
PRAGMA user_version = 2;

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
-- Conversations
------------------------------------------------------------------------------------------------------------------------

-- A request or complaint of a client or a consultant, from its first word to its end. What became of it stands in
-- case_events; its status is read from there.
CREATE TABLE cases (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
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
  CONSTRAINT case_priority CHECK (priority IN ('low', 'normal', 'high', 'urgent'))
) STRICT;
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
SELECT i.id, i.ref, i.ref_source, i.customer_id, c.name AS customer, i.happened_on, i.channel, i.direction, i.kind, i.reached,
       i.summary, i.outcome, i.minutes, i.consultant_id, k.name AS consultant, p.sku AS product, i.case_id
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
SELECT s.id, s.customer_id, s.consultant_id, coalesce(c.name, k.name) AS person, s.kind, s.topic, s.priority, s.channel, s.opened_at,
       s.order_id, p.sku AS product,
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

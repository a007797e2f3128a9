-- From format 1 to format 2: what is known of people. The stage and consultant of each customer hold since the day she
-- was written down.
PRAGMA legacy_alter_table = 1; -- other tables go on naming customers

ALTER TABLE operations ADD COLUMN sealed_on TEXT;

DROP TRIGGER operations_fixed;
DROP TRIGGER operation_changes_keep;
DROP TRIGGER operation_changes_fixed;
DROP VIEW v_customers;

ALTER TABLE customers RENAME TO customers_v1;

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
INSERT INTO customers (id, ref, ref_source, name, kind, email, phone, phone_e164, birthday, city, country, sector, stage, source, language, preferred_channel, consultant_id, company_id, referred_by_id, notes, created_on, archived_on, name_key, search)
SELECT id, ref, ref_source, name, kind, email, phone, phone_e164, birthday, city, country, sector, stage, source, language, preferred_channel, consultant_id, company_id, referred_by_id, notes, created_on, archived_on, name_key, search FROM customers_v1;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'customers_v1') WHERE name = 'customers';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'customers', seq FROM sqlite_sequence WHERE name = 'customers_v1' AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'customers');
DROP TABLE customers_v1;
CREATE UNIQUE INDEX customers_ref ON customers (ref, ref_source) WHERE ref IS NOT NULL;
CREATE INDEX customers_email ON customers (email) WHERE email IS NOT NULL;
CREATE INDEX customers_phone ON customers (phone_e164) WHERE phone_e164 IS NOT NULL;
CREATE INDEX customers_name ON customers (name_key);
CREATE INDEX customers_consultant ON customers (consultant_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX customers_company ON customers (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX customers_referred_by ON customers (referred_by_id) WHERE referred_by_id IS NOT NULL;
CREATE TRIGGER customers_search_insert AFTER INSERT ON customers
  BEGIN INSERT INTO customers_search (rowid, search) VALUES (new.id, new.search); END;
CREATE TRIGGER customers_search_delete AFTER DELETE ON customers
  BEGIN INSERT INTO customers_search (customers_search, rowid, search) VALUES ('delete', old.id, old.search); END;
CREATE TRIGGER customers_search_update AFTER UPDATE OF search ON customers
  BEGIN
    INSERT INTO customers_search (customers_search, rowid, search) VALUES ('delete', old.id, old.search);
    INSERT INTO customers_search (rowid, search) VALUES (new.id, new.search);
  END;

CREATE TABLE ledger_guard (
  id   INTEGER PRIMARY KEY,
  open INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT ledger_guard_one CHECK (id = 1),
  CONSTRAINT ledger_guard_open CHECK (open IN (0, 1))
) STRICT;
INSERT INTO ledger_guard (id) VALUES (1);
CREATE TRIGGER operations_fixed BEFORE UPDATE ON operations WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'operations are never changed'); END;
CREATE TRIGGER operation_changes_keep BEFORE DELETE ON operation_changes WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'operation changes are never deleted'); END;
CREATE TRIGGER operation_changes_fixed BEFORE UPDATE ON operation_changes WHEN NOT (SELECT open FROM ledger_guard)
  BEGIN SELECT RAISE(ABORT, 'operation changes are never changed'); END;

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

CREATE TABLE customer_refs (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  ref         TEXT NOT NULL,
  ref_source  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX customer_refs_ref ON customer_refs (ref, ref_source);
CREATE INDEX customer_refs_customer ON customer_refs (customer_id);

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

CREATE TABLE customer_stages (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  since_on    TEXT NOT NULL,
  stage       TEXT,
  CONSTRAINT customer_stage_stage CHECK (stage IN ('lead', 'prospect', 'customer', 'lost'))
) STRICT;
CREATE UNIQUE INDEX customer_stages_since ON customer_stages (customer_id, since_on);

CREATE TABLE customer_consultants (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id   INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  since_on      TEXT NOT NULL,
  consultant_id INTEGER REFERENCES consultants (id) ON DELETE NO ACTION
) STRICT;
CREATE UNIQUE INDEX customer_consultants_since ON customer_consultants (customer_id, since_on);
CREATE INDEX customer_consultants_consultant ON customer_consultants (consultant_id) WHERE consultant_id IS NOT NULL;

CREATE TABLE duplicate_dismissals (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  other_id     INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  dismissed_on TEXT NOT NULL,
  CONSTRAINT duplicate_dismissal_order CHECK (customer_id < other_id)
) STRICT;
CREATE UNIQUE INDEX duplicate_dismissals_once ON duplicate_dismissals (customer_id, other_id);
CREATE INDEX duplicate_dismissals_other ON duplicate_dismissals (other_id);

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

CREATE VIEW v_interactions AS
SELECT i.id, i.ref, i.ref_source, i.customer_id, c.name AS customer, i.happened_on, i.channel, i.direction, i.kind, i.reached,
       i.summary, i.outcome, i.minutes, i.consultant_id, k.name AS consultant, p.sku AS product, i.case_id
FROM interactions i
JOIN customers c ON c.id = i.customer_id
LEFT JOIN consultants k ON k.id = i.consultant_id
LEFT JOIN products p ON p.id = i.product_id;

CREATE VIEW v_tasks AS
SELECT t.id, t.customer_id, t.consultant_id, coalesce(c.name, k.name) AS person, t.what, t.due_on, t.every, t.created_on,
       t.done_on, t.outcome, t.handler_id, h.name AS handler, t.interaction_id, t.case_id
FROM tasks t
LEFT JOIN customers c ON c.id = t.customer_id
LEFT JOIN consultants k ON k.id = t.consultant_id
LEFT JOIN consultants h ON h.id = t.handler_id;

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

CREATE VIEW v_consents AS
SELECT id, customer_id, channel, purpose, granted, given_on, basis, source, text_version FROM consents;

INSERT INTO customer_stages (customer_id, since_on, stage)
SELECT id, created_on, stage FROM customers WHERE stage IS NOT NULL;
INSERT INTO customer_consultants (customer_id, since_on, consultant_id)
SELECT id, created_on, consultant_id FROM customers WHERE consultant_id IS NOT NULL;

PRAGMA legacy_alter_table = 0;

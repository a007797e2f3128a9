-- From format 3 to format 4: loyalty, and refs of cases.
PRAGMA legacy_alter_table = 1; -- other tables go on naming those that are made anew

DROP VIEW v_cases;

ALTER TABLE cases RENAME TO cases_old;

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
INSERT INTO cases (id, customer_id, consultant_id, kind, topic, priority, channel, opened_at, order_id, product_id)
SELECT id, customer_id, consultant_id, kind, topic, priority, channel, opened_at, order_id, product_id FROM cases_old;
DELETE FROM sqlite_sequence WHERE name = 'cases';
UPDATE sqlite_sequence SET name = 'cases' WHERE name = 'cases_old';
DROP TABLE cases_old;
CREATE INDEX cases_customer ON cases (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX cases_consultant ON cases (consultant_id) WHERE consultant_id IS NOT NULL;
CREATE INDEX cases_order ON cases (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX cases_product ON cases (product_id) WHERE product_id IS NOT NULL;

CREATE TABLE point_settings (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  programme TEXT NOT NULL,
  key       TEXT NOT NULL,
  value     TEXT NOT NULL,
  since_on  TEXT NOT NULL,
  CONSTRAINT point_setting_programme CHECK (programme IN ('clients', 'consultants'))
) STRICT;
CREATE UNIQUE INDEX point_settings_since ON point_settings (programme, key, since_on);

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
CREATE UNIQUE INDEX cases_ref ON cases (ref, ref_source) WHERE ref IS NOT NULL;

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

CREATE VIEW v_points AS
SELECT e.id, e.ref, e.ref_source, e.customer_id, e.consultant_id, coalesce(c.name, k.name) AS person, e.kind, e.points, e.effective_on,
       e.active_from_on, e.expires_on, e.order_id, r.code AS rule, e.reverses_id, e.subject, e.reason,
       CASE WHEN e.active_from_on IS NOT NULL
         THEN e.points - ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.lot_id = e.id), 0) END AS remaining
FROM point_entries e
LEFT JOIN customers c ON c.id = e.customer_id
LEFT JOIN consultants k ON k.id = e.consultant_id
LEFT JOIN point_rules r ON r.id = e.rule_id;

CREATE VIEW v_vouchers AS
SELECT v.id, v.code, w.code AS reward, w.name, e.customer_id, e.consultant_id, e.points, v.issued_on, v.expires_on, v.order_id, v.used_on,
       v.cancelled_on
FROM vouchers v
JOIN rewards w ON w.id = v.reward_id
JOIN point_entries e ON e.id = v.entry_id;

PRAGMA legacy_alter_table = 0;

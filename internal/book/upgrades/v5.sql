-- From format 4 to format 5: the network.
PRAGMA legacy_alter_table = 1; -- other tables go on naming those that are made anew

DROP VIEW v_consultants;

ALTER TABLE consultants RENAME TO consultants_old;

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
INSERT INTO consultants (id, ref, name)
SELECT id, ref, name FROM consultants_old;
DELETE FROM sqlite_sequence WHERE name = 'consultants';
UPDATE sqlite_sequence SET name = 'consultants' WHERE name = 'consultants_old';
DROP TABLE consultants_old;
CREATE UNIQUE INDEX consultants_ref ON consultants (ref);

CREATE INDEX consultants_email ON consultants (email) WHERE email IS NOT NULL;
CREATE INDEX consultants_phone ON consultants (phone_e164) WHERE phone_e164 IS NOT NULL;
CREATE INDEX consultants_customer ON consultants (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX consultants_sponsor ON consultants (sponsor_id) WHERE sponsor_id IS NOT NULL;

CREATE TABLE consultant_sponsors (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE CASCADE,
  since_on      TEXT NOT NULL,
  sponsor_id    INTEGER REFERENCES consultants (id) ON DELETE NO ACTION,
  CONSTRAINT consultant_sponsor_not_self CHECK (sponsor_id <> consultant_id)
) STRICT;
CREATE UNIQUE INDEX consultant_sponsors_since ON consultant_sponsors (consultant_id, since_on);
CREATE INDEX consultant_sponsors_sponsor ON consultant_sponsors (sponsor_id) WHERE sponsor_id IS NOT NULL;

CREATE TABLE consultant_statuses (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  consultant_id INTEGER NOT NULL REFERENCES consultants (id) ON DELETE CASCADE,
  since_on      TEXT NOT NULL,
  status        TEXT NOT NULL,
  CONSTRAINT consultant_status_status CHECK (status IN ('active', 'paused', 'left'))
) STRICT;
CREATE UNIQUE INDEX consultant_statuses_since ON consultant_statuses (consultant_id, since_on);

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

CREATE TABLE network_settings (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  since_on TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX network_settings_since ON network_settings (key, since_on);

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

CREATE TABLE courses (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  code  TEXT NOT NULL,
  name  TEXT NOT NULL,
  notes TEXT,
  CONSTRAINT course_code CHECK (code <> ''),
  CONSTRAINT course_name CHECK (name <> '')
) STRICT;
CREATE UNIQUE INDEX courses_code ON courses (code);

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

CREATE VIEW v_consultants AS
SELECT k.id, k.ref, k.name, k.email, k.phone, k.phone_e164, k.birthday, k.address, k.city, k.country, k.language, k.customer_id,
       k.sponsor_id, s.name AS sponsor, k.status, k.notes, k.joined_on, k.archived_on
FROM consultants k
LEFT JOIN consultants s ON s.id = k.sponsor_id;

CREATE VIEW v_commissions AS
SELECT e.id, e.consultant_id, k.name AS consultant, e.kind, e.posted_on, e.order_id, e.seller_id, s.name AS seller, i.code AS incentive,
       e.depth, e.base, e.rate, e.amount, e.payout_id, p.paid_on
FROM commission_entries e
JOIN consultants k ON k.id = e.consultant_id
LEFT JOIN consultants s ON s.id = e.seller_id
LEFT JOIN incentives i ON i.id = e.incentive_id
LEFT JOIN payouts p ON p.id = e.payout_id;

CREATE VIEW v_event_guests AS
SELECT g.id, g.event_id, e.code AS event, e.name, e.kind, e.held_on, g.customer_id, g.consultant_id, coalesce(c.name, k.name) AS person,
       g.invited_on, g.registered_on, g.declined_on, g.attended_on, g.missed_on
FROM event_guests g
JOIN events e ON e.id = g.event_id
LEFT JOIN customers c ON c.id = g.customer_id
LEFT JOIN consultants k ON k.id = g.consultant_id;

PRAGMA legacy_alter_table = 0;

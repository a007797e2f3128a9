-- What is said to whom: templates, campaigns, messages, automations, surveys, visits, and segments saved under a name.
PRAGMA legacy_alter_table = 1; -- other tables go on naming those that are made anew

DROP VIEW v_campaigns;

ALTER TABLE campaigns RENAME TO campaigns_old;

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
INSERT INTO campaigns (id, ref, name)
SELECT id, ref, name FROM campaigns_old;
DELETE FROM sqlite_sequence WHERE name = 'campaigns';
UPDATE sqlite_sequence SET name = 'campaigns' WHERE name = 'campaigns_old';
DROP TABLE campaigns_old;
CREATE UNIQUE INDEX campaigns_ref ON campaigns (ref);

CREATE UNIQUE INDEX campaigns_code ON campaigns (code) WHERE code IS NOT NULL;
CREATE INDEX campaigns_template ON campaigns (template_id) WHERE template_id IS NOT NULL;

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

CREATE TABLE campaign_costs (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  what        TEXT NOT NULL,
  amount      INTEGER NOT NULL,
  spent_on    TEXT NOT NULL,
  CONSTRAINT campaign_cost_what CHECK (what <> '')
) STRICT;
CREATE INDEX campaign_costs_campaign ON campaign_costs (campaign_id);

CREATE TABLE campaign_products (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  product_id  INTEGER NOT NULL REFERENCES products (id) ON DELETE NO ACTION
) STRICT;
CREATE UNIQUE INDEX campaign_products_once ON campaign_products (campaign_id, product_id);
CREATE INDEX campaign_products_product ON campaign_products (product_id);

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

CREATE VIEW v_campaigns AS
SELECT p.id, p.ref, p.name, p.description, p.channel, p.purpose, t.code AS template, p.filter, p.segment, p.exclude, p.cause, p.code, p.planned_on,
       p.launched_on, p.paused_on, p.cancelled_on, p.holdout, p.seed, p.window_days, p.gap_days, p.cap, p.cap_days, p.created_on,
       (SELECT sum(amount) FROM campaign_costs x WHERE x.campaign_id = p.id) AS cost
FROM campaigns p
LEFT JOIN templates t ON t.id = p.template_id;

CREATE VIEW v_messages AS
SELECT m.id, m.campaign_id, p.ref AS campaign, m.automation_id, a.code AS automation, m.customer_id, c.name AS customer, m.channel, m.purpose,
       m.holdout, m.address, m.subject, m.queued_at, m.send_after_at, s.kind AS step, s.at AS step_at, s.reason,
       (SELECT count(*) FROM message_steps x WHERE x.message_id = m.id AND x.kind = 'claimed') AS attempts
FROM messages m
JOIN customers c ON c.id = m.customer_id
LEFT JOIN campaigns p ON p.id = m.campaign_id
LEFT JOIN automations a ON a.id = m.automation_id
LEFT JOIN message_steps s ON s.id = (SELECT max(id) FROM message_steps x WHERE x.message_id = m.id);

CREATE VIEW v_message_events AS
SELECT e.id, e.message_id, p.ref AS campaign, m.customer_id, c.name AS customer, m.channel, e.at, e.kind, e.detail
FROM message_events e
JOIN messages m ON m.id = e.message_id
JOIN customers c ON c.id = m.customer_id
LEFT JOIN campaigns p ON p.id = m.campaign_id;

CREATE VIEW v_campaign_credits AS
SELECT x.id, x.order_id, o.customer_id, c.name AS customer, o.ordered_on, o.net, o.cost, p.ref AS campaign, x.message_id, x.reason, x.credited_on
FROM campaign_credits x
JOIN orders o ON o.id = x.order_id
JOIN customers c ON c.id = o.customer_id
JOIN campaigns p ON p.id = x.campaign_id;

CREATE VIEW v_survey_answers AS
SELECT a.id, s.code AS survey, i.wave, i.customer_id, c.name AS customer, i.order_id, q.position, q.kind, q.text AS question, a.answered_on, a.score, a.text
FROM survey_answers a
JOIN survey_invitations i ON i.id = a.invitation_id
JOIN surveys s ON s.id = i.survey_id
JOIN survey_questions q ON q.id = a.question_id
JOIN customers c ON c.id = i.customer_id;

CREATE VIEW v_automation_occasions AS
SELECT o.id, a.code AS automation, a.trigger, o.customer_id, c.name AS customer, o.occasion, o.due_on, o.noted_on, o.message_id, o.reason
FROM automation_occasions o
JOIN automations a ON a.id = o.automation_id
JOIN customers c ON c.id = o.customer_id;

PRAGMA legacy_alter_table = 0;

package book

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSingular holds for every table of the schema: messages name rows by these words.
func TestSingular(t *testing.T) {
	nouns := map[string]string{
		"settings": "setting", "operations": "operation", "operation_changes": "operation change", "ledger_guard": "ledger guard",
		"consultants": "consultant", "customers": "customer", "customer_tags": "customer tag", "customer_reaches": "customer reach",
		"customer_refs": "customer ref", "customer_attributes": "customer attribute", "customer_links": "customer link",
		"customer_stages": "customer stage", "customer_consultants": "customer consultant", "duplicate_dismissals": "duplicate dismissal",
		"consents": "consent", "products": "product", "product_prices": "product price", "product_tags": "product tag",
		"product_attributes": "product attribute", "stock_moves": "stock move", "point_settings": "point setting", "point_rules": "point rule", "point_entries": "point entry", "point_allocations": "point allocation",
		"tiers": "tier", "rewards": "reward", "vouchers": "voucher", "stock_expected": "expected delivery", "campaigns": "campaign",
		"promotions": "promotion", "customer_prices": "customer price", "orders": "order", "order_lines": "order line",
		"shipments": "shipment", "shipment_lines": "shipment line", "invoices": "invoice", "instalments": "instalment",
		"payments": "payment", "cases": "case", "case_events": "case event",
		"consultant_sponsors": "consultant sponsor", "consultant_statuses": "consultant status", "consultant_goals": "consultant goal", "cycles": "cycle",
		"network_settings": "network setting", "levels": "level", "commission_brackets": "commission bracket", "commission_overrides": "commission override",
		"segments": "segment", "templates": "template", "campaign_costs": "campaign cost", "campaign_products": "campaign product",
		"campaign_credits": "campaign credit", "automations": "automation", "automation_occasions": "automation occasion", "surveys": "survey",
		"survey_questions": "survey question", "survey_invitations": "survey invitation", "survey_answers": "survey answer", "messages": "message",
		"message_steps": "message step", "message_events": "message event", "suppressions": "suppression", "visits": "visit",
		"incentives": "incentive", "payouts": "payout", "commission_entries": "commission entry", "courses": "course", "events": "event", "event_guests": "event guest",
		"interactions": "interaction", "tasks": "task",
	}
	for _, c := range schemaColumns(t, newBook(t)) {
		require.Contains(t, nouns, c.table, "what is a row of it called?")
		require.Equal(t, nouns[c.table], singular(c.table))
	}
	for table, want := range map[string]string{"companies": "company", "boxes": "box", "dishes": "dish", "glasses": "glass"} {
		require.Equal(t, want, singular(table))
	}
}

// TestPlural holds that history counts rows in words that are a plural.
func TestPlural(t *testing.T) {
	for table, want := range map[string]string{"order_lines": "order lines", "customers": "customers", "stock_expected": "expected deliveries"} {
		require.Equal(t, want, plural(table))
	}
}

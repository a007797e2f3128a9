package book

import "strings"

// What becomes of a column when somebody's data are erased.
type class int

const (
	key      class = iota + 1 // the row's id, and the foreign keys through which the row belongs to another
	personal                  // says something of the person the row belongs to: goes
	business                  // a figure, a day, a kind: stays
	wording                   // business in a text somebody typed: stays unless it holds her name, e-mail or phone
)

// classes puts every column of every table into a class; a test fails for one that is in none. Rows of a table without
// anything of business are removed with the person they belong to. Others stay, emptied of what is personal, so that no
// sum changes. A foreign key that is no `key` belongs to the row as any other column does: whom she bought from stays,
// where she works goes.
var classes = map[string]map[class]string{
	"settings":          {key: "id", business: "key value"},
	"operations":        {key: "id", business: "at what undoes_id sealed_on"},
	"operation_changes": {key: "id operation_id", business: "table_name kind first_id last_id old"}, // images lose columns by the class of theirs
	"ledger_guard":      {key: "id", business: "open"},
	"consultants": {key: "id", personal: "ref name email phone phone_e164 birthday address city country language customer_id notes",
		business: "sponsor_id status joined_on archived_on"},
	"consultant_sponsors":  {key: "id consultant_id", business: "since_on sponsor_id"},
	"consultant_statuses":  {key: "id consultant_id", business: "since_on status"},
	"consultant_goals":     {key: "id consultant_id", business: "from_on kind target"},
	"cycles":               {key: "id", business: "code from_on until_on"},
	"network_settings":     {key: "id", business: "key value since_on"},
	"levels":               {key: "id", business: "code name rank own_sales group_sales course_id margin commission_rate payment_days from_on until_on"},
	"commission_brackets":  {key: "id", business: "floor_amount rate from_on until_on"},
	"commission_overrides": {key: "id", business: "depth rate from_on until_on"},
	"incentives":           {key: "id", business: "code name kind target winners product_id amount from_on until_on"},
	"payouts":              {key: "id consultant_id", business: "from_on until_on paid_on amount method"},
	"commission_entries":   {key: "id consultant_id", business: "kind posted_on order_id seller_id incentive_id reverses_id payout_id depth base rate amount"},
	"courses":              {key: "id", business: "code name notes"},
	"events":               {key: "id", business: "code name kind course_id held_on held_at place channel places cost notes cancelled_on"},
	"segments":             {key: "id", business: "name filter description created_on"},
	"templates":            {key: "id", business: "code name channel purpose language format subject body defaults created_on archived_on"},
	"campaigns": {key: "id", business: "ref name description channel purpose template_id filter segment exclude cause code planned_on launched_on paused_on " +
		"cancelled_on holdout seed window_days gap_days cap cap_days created_on"},
	"campaign_costs":    {key: "id", business: "campaign_id what amount spent_on"},
	"campaign_products": {key: "id", business: "campaign_id product_id"},
	"campaign_credits":  {key: "id order_id", business: "campaign_id message_id reason credited_on"},
	"automations": {key: "id", business: "code name trigger template_id survey_id product_id channel days delay_days quiet_from quiet_until cap cap_days filter " +
		"active_from_on paused_on created_on"},
	"automation_occasions": {key: "id customer_id", business: "automation_id occasion due_on noted_on message_id reason"},
	"surveys":              {key: "id", business: "code name template_id created_on closed_on"},
	"survey_questions":     {key: "id", business: "survey_id position kind text required"},
	"survey_invitations":   {key: "id customer_id", business: "survey_id wave invited_on order_id message_id"},
	"survey_answers":       {key: "id invitation_id", personal: "text", wording: "ref ref_source", business: "question_id answered_on score"},
	"messages": {key: "id customer_id", personal: "address subject text html token",
		business: "campaign_id automation_id channel purpose holdout queued_at send_after_at"},
	"message_steps":  {key: "id message_id", personal: "reason", business: "at kind"},
	"message_events": {key: "id message_id", personal: "detail", wording: "ref ref_source", business: "at kind"},
	"suppressions":   {key: "id customer_id", personal: "channel address reason since_on"},
	"visits":         {key: "id", business: "visited_on channel source visits"},
	"event_guests":   {key: "id customer_id consultant_id", business: "event_id invited_on registered_on declined_on attended_on missed_on"},
	"customers": {key: "id",
		personal: "ref ref_source name email email_label phone phone_e164 phone_label birthday address postcode city region country sector " +
			"life_moment language preferred_channel company_id potential_value contact_every contact_within notes name_key search",
		business: "kind stage consultant_id referred_by_id created_on archived_on erased_on", wording: "source"},
	"customer_tags":        {key: "id customer_id", personal: "tag"},
	"customer_reaches":     {key: "id customer_id", personal: "kind value key label"},
	"customer_refs":        {key: "id customer_id", personal: "ref ref_source"},
	"customer_attributes":  {key: "id customer_id", personal: "key value"},
	"customer_links":       {key: "id customer_id other_id", personal: "kind"},
	"customer_stages":      {key: "id customer_id", business: "since_on stage"},
	"customer_consultants": {key: "id customer_id", business: "since_on consultant_id"},
	"duplicate_dismissals": {key: "id customer_id other_id", personal: "dismissed_on"},
	"consents":             {key: "id customer_id", personal: "source", business: "channel purpose granted given_on basis", wording: "text_version"},
	"products": {key: "id", business: "sku name brand category tax_rate replenish_days reorder_at limited_to packaging notes created_on " +
		"launched_on discontinued_on archived_on"},
	"product_prices":     {key: "id", business: "product_id kind since_on amount"},
	"product_tags":       {key: "id", business: "product_id tag"},
	"product_attributes": {key: "id", business: "product_id key value"},
	"stock_moves":        {key: "id order_line_id", business: "product_id moved_on kind quantity value expires_on", wording: "lot document reason"},
	"stock_expected":     {key: "id", business: "product_id document quantity unit_cost expected_on closed_on"},
	"promotions": {key: "id", business: "code name kind percent amount buy_quantity get_quantity product_id category brand channel segment min_total " +
		"from_on until_on max_uses max_uses_each created_on"},
	"customer_prices": {key: "id customer_id", personal: "product_id price percent from_on until_on"},
	"orders": {key: "id customer_id", personal: "notes", wording: "ref ref_source channel",
		business: "ordered_on total is_history shipping tax discount cost consultant_id campaign_id confirmed_on shipped_on invoiced_on cancelled_on returned_on " +
			"valid_until_on promotion_id original_id net"},
	"order_lines":    {key: "id order_id", business: "product_id quantity unit_price amount discount tax cost backordered promotion_id original_line_id"},
	"shipments":      {key: "id order_id", personal: "tracking", business: "shipped_on", wording: "carrier"},
	"shipment_lines": {key: "id shipment_id", business: "order_line_id quantity"},
	"invoices":       {key: "id order_id", business: "kind year number issued_on total corrects_id"},
	"instalments":    {key: "id order_id", business: "due_on amount"},
	"payments":       {key: "id customer_id", personal: "notes", business: "order_id paid_on amount", wording: "ref ref_source method"},
	"point_settings": {key: "id", business: "programme key value since_on"},
	"point_rules":    {key: "id", business: "programme code kind event points per factor scope priority stacking cap cap_per pending_days expiry from_on until_on"},
	"point_entries": {key: "id customer_id consultant_id", personal: "reason", wording: "ref ref_source subject",
		business: "kind points effective_on active_from_on expires_on order_id rule_id reverses_id"},
	"point_allocations": {key: "id entry_id", business: "lot_id points allocated_on"},
	"tiers":             {key: "id", business: "programme code name threshold factor benefits from_on until_on"},
	"rewards":           {key: "id", business: "programme code name kind points amount percent product_id cost available tier voucher_days from_on until_on"},
	"vouchers":          {key: "id entry_id", business: "code reward_id issued_on expires_on order_id used_on cancelled_on"},
	"cases":             {key: "id customer_id consultant_id", personal: "topic", business: "kind priority opened_at order_id product_id", wording: "ref ref_source channel"},
	"case_events":       {key: "id case_id", personal: "text", business: "at kind handler_id"},
	"interactions": {key: "id customer_id", personal: "summary outcome", wording: "ref ref_source",
		business: "happened_on channel direction kind reached minutes consultant_id product_id case_id"},
	"tasks": {key: "id customer_id consultant_id", personal: "what outcome",
		business: "due_on every first_due_on created_on done_on handler_id interaction_id case_id"},
}

// classOf is the class of a column, 0 when it has none.
func classOf(table, column string) class {
	for c, names := range classes[table] {
		if strings.Contains(" "+names+" ", " "+column+" ") {
			return c
		}
	}
	return 0
}

// columnsOf are the columns of a table that are in a class.
func columnsOf(table string, c class) []string { return strings.Fields(classes[table][c]) }

// outlives says whether the rows of a table stay when the person they belong to is erased.
func outlives(table string) bool {
	return classes[table][business] != "" || classes[table][wording] != ""
}

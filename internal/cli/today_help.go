package cli

const helpToday = `What perla today tells, how it is worked out, and its columns for scripts

  perla today                                  # one screen, some of each kind
  perla today --all --kind contact             # everybody to be spoken to
  perla today --within 7 -o json               # what the next week brings, too
  perla today --text ana                       # a message to her, and its link
  perla today --consultant K-1                 # of her clients alone
  perla today rules                            # the days it goes by

Nothing is stored: every line is worked out from the book, as of today or of
--as-of. With --within N each kind is told N days ahead, else as said here.

Kinds
  case       requests and complaints that are open, the urgent first
  task       tasks due by today
  birthday   today and in the next 7 days (birthday_notice); somebody of
             29 February has hers on the 28th of a common year
  debt       what was to be paid by today, for each customer
  quote      quotes of which nobody has spoken for 7 days (quote_cold), or that
             end; for 60 days
  care       6 days after an order (check_in), 21 days (connect), each open for
             7 days (care_open); 120 days (reconnect), open for 30. Reaching her
             on its first day or later closes a step, a newer order begins anew
  contact    last contact + cadence has come; who was never spoken to counts
             from the day she was added. The cadence is her own (customer edit
             --contact-every), else that of her service level, A, B or C: 30, 60
             or 90 days (perla help value; perla explain ana level)
  replenish  what she bought is about to be used up: last purchase + days it
             lasts - 7 (replenish_lead). It lasts as her own purchases say, if
             she bought it on three days or more: the median of the days
             between, for each piece, times the pieces she took last; else as
             the product says (replenish_days), or the median of its category.
             Buying it again cancels it, and so does not buying it for as long
             again
  interest   what she asked about in the last 90 days (interest_open), has not
             bought since, and can have now
  points     points that lapse in the next 30 days (points_notice)
  reward     she has 80 % of the points (near_percent) for the next reward
  tier       and of the way to the next tier
  stock      less there than what replenish tells for the next 30 days
             (stock_ahead)

Order and priority
  Kinds come in this order. In each, lines of priority 1 come first (late, or
  the last chance), then 2 (due), then 3 (to come, or it can wait: offers to
  somebody spoken to in the last 7 days, spoken_to). Contacts come by money at
  risk: her revenue of the last 12 months times the risk that she buys no
  more, 1 - P(alive); where too few came back for a fit (see perla help clv),
  times the part of all buyers who bought more lately than she.

Columns
  day kind priority customer_id customer why next money due_on overdue_days
  detail sku product quantity available points goal order_id task_id case_id
  last_contact phone email language ref

  money is what is at risk (contact), owed (debt), quoted (quote), what the
  pieces cost (replenish) or what is lacking (tier). detail is the step of care,
  the basis of replenish (own, product, category) or the service level. next is
  the command to type. why and next are for people: their words may change.
`

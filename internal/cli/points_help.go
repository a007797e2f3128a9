package cli

const helpPoints = `How points are earned, kept and spent, and what rules can say

  perla points rules --example > programme.csv   # a first programme: edit it
  perla points rules import programme.csv --check
  perla points rules import programme.csv
  perla points set expiry "12m month"            # how the programme works
  perla tier add GOLD --threshold 2000 --factor 1.5
  perla points earn --since 2026-01-01           # what history has earned
  perla points balance ana

There are two programmes, of clients and of consultants (--programme), and
neither does anything before it has a rule. Rules, settings and tiers are dated:
an order goes by what held on its own day.

Rules
  rate        points for every so much money       points 1, per 1.00
  multiplier  so many times what the rates give    factor 1.5
  bonus       points for an order                  points 100
  event       points for what happens              event review, points 25
Events that perla reports: welcome first_purchase referral_referrer
referral_referred birthday review survey event_attended. Any other word is an
event that you report: perla points earn ana --event WORD --subject WHAT. An
event counts once for each subject.

Scope: for what a rule holds, as key=value[,value]; key=value. Every key must be
met, by one of its values.
  of the order  channel  weekday (mon ... sun)  tier  segment  min_total (money)
                birthday_month=yes  first_order=yes
  of its lines  product (a SKU)  category  brand  cause  tag
A rule with keys of lines earns on the lines that meet them alone. A rule for an
event may ask for weekday, tier and birthday_month. The tier and the segments
are those of the day before the order.

Order of rules: a lower priority goes first. Rules with stacking add are added
up; one with only keeps out those behind it, rates among rates, multipliers
among multipliers. A rate of 0 points with only thus excludes products. The
factors of multipliers and of the tier add up: 1.5 and 2 are 2.5 times.

Caps: so many points of a rule, for each person, in a day, a week (from Monday),
a month, a year or ever; the last entry gives what is left.

Settings, with what they are until set (perla points set KEY VALUE)
  earn_at           confirmed, shipped, invoiced or paid: when an order earns
                    (paid); orders of history have reached all of these
  pending_days      points become usable so many days after they are earned (0)
  expiry            until when they can be spent (never)
  shortfall         debt, clip or refuse: what a return does when the points it
                    takes back are spent: they are owed, forgiven, or the
                    return is refused (debt)
  point_value       what a point pays of an order; 0: points pay none (0)
  min_redeem        fewer points are not spent at once (1)
  tier_basis        earned or spent: tiers count points or money (earned)
  tier_months       within so many months (12)
  tier_keep_months  a tier no longer met is kept so many months longer (0)
A rule may have pending_days and expiry of its own.

Expiry, counted from the day points become usable; its last day is a good day
  never        90d        12m        2y
  12m month    12 months, and on to the end of that month; also quarter, half,
               year
31 January and a month is the last of February. Points that expire first are
spent first. perla points expire enters what has expired; balances are the same
without it.

Rounding: all that rates and multipliers give for an order is added up exactly
and rounded down, once. What counts is the money of each line less discounts and
less what points paid, before tax; shipping earns nothing.

An example. 1 point for every 1.00 EUR; 1 more on category care; 1.5 times on
Mondays; GOLD earns 1.25 times. On a Monday a member of GOLD buys a cream of
19.90 (care) and a bag of 9.90:
  rates        cream 19.90 x (1 + 1) = 39.80      bag 9.90 x 1 = 9.90     49.70
  multipliers  0.5 (Monday) + 0.25 (GOLD) = 0.75 times 49.70              37.275
  in all       86.975, rounded down                                       86
She returns the bag: 39.80 + 29.85 = 69.65 stays, 69. So 17 are taken back.
`

package cli

const helpCommissions = `How levels and commissions are worked out

  perla consultant terms                       # the terms that hold today
  perla consultant level                       # where each stands
  perla report commissions                     # what each earned
  perla consultant pay --period 2026-10 --dry-run

Whose sale an order is: the consultant's it names, else hers whose client the
customer was on its day; whatever the channel. Sales are money without tax,
shipping and returns. A period is a cycle (perla consultant cycle), or what no
cycle covers of a calendar month.

A level is the highest whose thresholds the own sales of the period and those of
the group, hers and all below her, both meet, and whose course she attended.

Terms, each from a day on; those of a period are the ones of its last day:

  commission        flat (default): the rate of the level on each order;
                    marginal: by bracket.AMOUNT of the period's sales, shared
                    among her orders in proportion
  earn_at           when an order earns: confirmed (default), shipped, invoiced
                    or paid; a historical one on its own day
  override.DEPTH    rate for the sponsor (1), for hers (2), ... on the orders of
                    those below; who is paused, has left, or sold less than
                    active_from is passed over, and no depth is counted for her
  ceiling           the most that all commissions on an order may be; what is
                    too much is taken from the farthest sponsor first
  downgrade         at_once (default), one_level, keep N: how levels are lost

30,000 with brackets of 5 % from 0, 7 % from 10,000 and 10 % from 25,000 earn
500 + 1,050 + 500 = 2,050. Every line is rounded once, half to even.

Incentives are bonuses between two days, paid with the period in which they end.

perla consultant pay freezes the lines of a period that is over in the ledger,
with one payout for each. What comes back later is taken back at the frozen rate
in the period that is open. Where an import changes the money, the seller or the
day of an order already paid out, or calls it off, all of it is taken back, and
if it still counts it earns anew with the next period that is paid.
`

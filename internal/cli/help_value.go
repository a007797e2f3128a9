package cli

const helpRFM = `How customers are scored by recency, frequency and money

  perla report rfm --summary --plot            # who matters, at a glance
  perla report rfm --thresholds                # where the scores part
  perla explain ana rfm                        # why hers is what it is

Of each customer who bought, at the as-of day A:
  recency    days from her last purchase to A
  frequency  her purchases: orders, or with --frequency days days with one
  monetary   what they come to, less tax, shipping and returns; or their mean

Each gets a score from 1 to 5, 5 being the best. By default (percent), of n
customers
  F, M  = 1 + floor(5 x customers with less / n), at most 5
  R     = 5 - floor(5 x customers who bought more lately / n), at least 1
so that equal customers share a score whatever their order.
  --method r-rfm   between quantiles (type 7) plus one, as the R package rfm
  --method ntile   five groups of one size, as NTILE in SQL
  --cuts ...       between limits of your own

score = 100 R + 10 F + M. A segment is a range of R and F: see perla report rfm
--help; --segments FILE takes your own.

Example. Of 100 customers 60 bought once, 20 twice, 10 three times, 6 four and
4 nine times. 60 of 100 bought less often than twice: who bought twice has F 1 +
floor(5 x 0.6) = 4, and they all have 1 4 5 5 5. r-rfm gives 1 3 4 5 5; ntile
splits the 60 over F 1 to 3.

What counts. Orders that count at A: confirmed or historical, not cancelled, not
returned whole. What takes money back is no purchase and sets no recency; who
only gave back is a prospect, as who never bought.

Limits. Scores compare customers with each other, not with a target: in a bad
year there are champions too. With few customers, or many who bought once, some
scores stay empty. Who is new has a low F for no fault of hers.

Sources: J. Bult, T. Wansbeek, Optimal selection for direct mail, Marketing
Science 14 (1995); A. Hughes, Strategic Database Marketing (1994); the R package
rfm 0.3.0 by A. Hebbali for --method r-rfm.
`

const helpValue = `What a customer is worth, and how that is worked out

  perla report value --sort -actual            # customer by customer
  perla report profitability --plot            # the whale curve
  perla config set service_rate 25             # what an hour with one costs
  perla explain ana level                      # why her level is what it is

Value, after D. Peppers and M. Rogers, at the as-of day A:
  actual     revenue - cost - points - service of all up to A
  potential  as entered, else the 90th percentile (type 7) of the margin of the
             last twelve months among the buyers of her service level
  share      her margin of the last twelve months / potential
  growth     potential - actual
  strategic  complaints + suggestions she gave + customers who came through her
  risk       1 - P(alive) by BG/NBD (perla help clv); without a fit the part of
             all buyers who bought more lately than she

Service level. From the highest actual to the lowest: A while those before bring
less than 80 % of all that is above 0, B while less than 95 %, else C. It says
how often she is spoken to (perla today rules), never whether.

Profitability, of the days asked about:
  profit     revenue - cost - points - campaigns - service
  margin     profit / revenue
The whale curve is the profit of the best customers together: it rises to more
than the whole, and falls by those who cost more than they bring.

The parts
  revenue    total less tax, shipping and returns: discounts are off already
  cost       of the goods, frozen at sale; where one is not known, all that
             needs it is empty, never 0, and levels go by revenue
  points     spent x what a point paid that day. What a voucher took off an
             order is in the order; an experience costs what the reward says
  campaigns  what a campaign cost / those it was sent to, for each of these, on
             the day of the message
  service    minutes of all interactions x service_rate / 60; 0 until it is set
Not in it are freight that you paid, rent, and campaigns that wrote to nobody.

Example. Ana bought for 100.00 less tax, which cost 40.00; she paid 5.00 of it
with points, and had 30 minutes at 20.00 an hour: actual 100 - 40 - 5 - 10 =
45.00. A campaign of 6.00 wrote to her and two others: profit 45 - 2 = 43.00,
margin 43 %.

Limits. potential is of a year and actual of all her time, so that growth of an
old customer may be below 0. P(alive) of who bought once is 1, so that her risk
is 0. A service level is of today's book: a large new customer moves others.

Sources: D. Peppers, M. Rogers, Managing Customer Relationships (2004);
R. Kaplan, V. Narayanan, Measuring and Managing Customer Profitability, Journal
of Cost Management 15 (2001) for the whale curve.
`

const helpChurn = `When a customer counts as gone, by three definitions

  perla report churn --sort -money_at_risk     # whom to call first
  perla report churn --summary                 # the definitions side by side
  perla report churn --summary --period 2026-Q3
  perla explain ana churn                      # why she is taken for gone

Where nobody signs off, nobody knows who left; each definition guesses:
  fixed    inactive when the days since her last purchase are above --days, 90.
           Simple; wrong for who comes twice a year.
  rhythm   her gap is the median of the days between her purchases, from three
           on; before, the median of the gaps of those who have one. at_risk
           above twice the gap, inactive above three times.
  p_alive  the probability that she still buys, by BG/NBD: perla help clv. Below
           0.5 the model takes her for gone. Needs 50 who came back.

Period churn, of a window from --since to --until:
  customers  who bought in the --days before the window
  churn      the part of these that bought nothing in it

Money at risk = risk x revenue of the last twelve months; risk is 1 - P(alive),
and without a fit the part of all buyers who bought more lately.

Example. Ana bought on 1 January, 11 January and 31 January: gaps of 10 and 20
days, median 15. On 5 March, 33 days later, she is active by the fixed
definition and at risk by her rhythm (30 < 33 <= 45).

What counts. Orders that count at the as-of day; all of a day are one purchase.
What takes money back is none.

Limits. The rhythm knows no seasons. A window that is shorter than people's gaps
counts as gone who only waits. P(alive) of who bought once is 1.

Sources: P. Fader, B. Hardie, K. Lee, "Counting Your Customers" the Easy Way,
Marketing Science 24 (2005); W. Buckinx, D. Van den Poel, Customer base
analysis: partial defection of behaviourally loyal clients, European Journal of
Operational Research 164 (2005).
`

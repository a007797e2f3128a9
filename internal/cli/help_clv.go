package cli

const helpCLV = `How the value of customers is foretold, and how far to trust it

  perla report clv --sort -clv --limit 10      # who will bring the most
  perla report clv --fit                       # what the models found
  perla report clv --holdout -3m               # were they right so far?

Of each customer three numbers are enough. Days with a purchase count once:
  x    purchases after the first
  t_x  time from the first to the last
  T    time from the first to the as-of day
and m, the mean money of the purchases after the first, without tax, shipping
and what came back.

How often: BG/NBD
  While she is a customer she buys at random, at a rate of her own; after each
  purchase she may leave for good, with a chance of her own. Rates are gamma
  distributed over customers (r, alpha), chances beta distributed (a, b).
  P(alive) = 1 / (1 + a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x)), and 1 at x = 0.
  Purchases to expect in a time t = P(alive) x the sum over n of
  NB(n; r+x, t/(alpha+T+t)) x the sum over k < n of (b+x)_k/(a+b+x)_k, which is
  the formula of the paper without its 2F1.
  P. Fader, B. Hardie, K. Lee: "Counting Your Customers" the Easy Way: An
  Alternative to the Pareto/NBD Model. Marketing Science 24 (2005) 275-284.

How much: Gamma-Gamma
  E[M] = (p v + p x m) / (p x + q - 1): between the mean of all and her own, the
  nearer to hers the more she bought. Fitted to who came back.
  P. Fader, B. Hardie: The Gamma-Gamma Model of Monetary Value (2013).

What it comes to
  clv = the sum over the months i of the horizon, of 30 days each, of
  E[M] x (purchases to expect in month i) / (1 + discount)^i, x margin.

An example: with the parameters published for the CDNOW shop, in weeks, r .2426
alpha 4.4136 a .7929 b 2.4259, who bought on 2 days after the first, the last of
them 30.43 weeks after it, and is looked at after 38.86 weeks, is alive with
.7266 and will buy 1.226 times in the next 39 weeks. With p 6.25 q 3.74 v 15.44
and m 22.35, such a purchase will be worth 24.66.

Limits
  Who bought once has P(alive) 1: the model lets nobody leave before a second
  purchase. Look at her expected_purchases.
  Seasons, sales and prices are not in it: it carries on what was.
  What she spends is taken not to depend on how often she comes.
  Fewer than 50 who came back are too few: no model is fitted. Then own_gap is
  used: each buys on at the mean gap between her own purchases (of all who came
  back, if she has no two gaps), until she has been silent for three of them;
  and own_mean: each spends on the mean of her repeat purchases, or of all such.
  Standard error says which, and --fit prints what is used.
  Parameters depend on the unit of time (alpha) and of money (v); predictions do
  not.

--holdout DATE fits to what was known on DATE and prints, by the number of
repeat purchases then, the mean of what each bought since beside what was
predicted.
`

package cli

const helpCohort = `How cohorts are counted, and how to read them

  perla report cohort                          # customers, month by month
  perla report cohort --value retention -o csv # shares, for a spreadsheet
  perla report cohort --summary --plot         # all cohorts in one curve
  perla report cohort --as-of 2025-12-31       # as it stood at that day

A cohort is the customers whose first purchase was in one calendar month. m0 is
that month, mk the k-th calendar month after it.

  customers(c, k)  of cohort c with a purchase in month c + k
  retention(c, k)  customers(c, k) / size of c
  revenue(c, k)    total less tax, shipping and returns of their orders
  summary at k     sums over the cohorts that have reached the end of month k;
                   retention = active / customers, so that each customer weighs
                   the same and no cohort does

Example. Ana buys on 4 May and 1 July, Bruno on 31 May. Asked on 30 August, the
cohort 2026-05 has size 2, m0 2, m1 0, m2 1, and m3 empty: August is not over.
Its retention is 1, 0, 0.5.

What counts. Orders that count at the as-of day: confirmed or historical, not
cancelled, not returned whole. An order that takes money back is no purchase. A
return lowers the month in which its original was sold; other money given back
its own month, and before the first purchase m0.

Limits. A customer who buys three times in m1 counts once. A purchase on 31 May
and one on 1 June lie a month apart. Small cohorts jump: 1 of 3 is 33 %. What
was sold before the book begins is not in it, so that old customers look new.

Source: the classic cohort table, with a purchase in just that month (not in it
or later). On what such curves tell: P. Fader, B. Hardie, How to project
customer retention, Journal of Interactive Marketing 21 (2007).
`

const helpBasket = `How pairs of products are found, and how to read them

  perla report basket --limit 20               # bought with one order
  perla report basket --by customer            # bought by one customer
  perla report basket --for AB-100 --min-support 0
  perla recommend ana                          # what to offer her

N baskets, of which n(a) hold product a and n(a, b) both:

  support     n(a, b) / N            how often at all
  confidence  n(a, b) / n(a)         how surely b comes with a
  lift        confidence / (n(b) / N)
  leverage    support - n(a) / N x n(b) / N
  conviction  (1 - n(b) / N) / (1 - confidence), empty at confidence 1

Example. Of five orders four hold serum, two cream, and both of these serum too.
serum -> cream: support 2/5, confidence 2/4, lift 0.5 / 0.4 = 1.25, leverage
0.4 - 0.8 x 0.4 = 0.08, conviction 0.6 / 0.5 = 1.2. cream -> serum has the same
support and lift, and confidence 1.

A lift of 1 is chance, 2 is twice as often; below 1 one takes the place of the
other. Confidence alone misleads: what everyone buys comes with everything.

What counts. Orders with lines that count at the as-of day; more pieces than one
count once; what came back is taken out. --since and --until choose orders.
--min-support .01 leaves out what is in less than 1 % of the baskets.

Limits. Pairs only, no larger sets. A high lift of a small count is luck: look
at count. Bought together is not bought because of.

perla recommend ranks by the lower end of the 95 % interval of the confidence
(E. B. Wilson, Journal of the American Statistical Association 22, 1927), so
that 9 of 10 go before 1 of 1.

Sources: R. Agrawal, R. Srikant, Fast algorithms for mining association rules,
VLDB 1994; S. Brin and others, Dynamic itemset counting, SIGMOD 1997 (lift,
conviction); G. Piatetsky-Shapiro 1991 (leverage).
`

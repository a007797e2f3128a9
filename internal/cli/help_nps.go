package cli

const helpNPS = `What answers to surveys come to, and how far to trust it

  perla report nps                        # all answers
  perla report nps --by month --plot      # how it moves
  perla report nps --by segment           # who would recommend us
  perla report satisfaction --by question # content, and whether it was easy

Net promoter score, of questions answered from 0 to 10 (kind nps)
  promoters gave 9 or 10, passives 7 or 8, detractors 0 to 6
  nps = 100 x (promoters - detractors) / answers, from -100 to 100
  low, high: the interval of 95 %, adjusted Wald:
    n' = n + 3, p = (promoters + 3/4) / n', d = (detractors + 3/4) / n'
    e = p - d, and e -+ 1.95996 sqrt((p + d - e^2) / n'), times 100
  Example: 250 promoters, 675 passives, 75 detractors make 17.5 (14.1 to 20.8);
  15, 5 and 5 make 40 (6.1 to 65.4).
  Source: B. Rocks, Interval Estimation for the "Net Promoter Score", The
  American Statistician 70 (2016) 365-372. The score: F. Reichheld, The One
  Number You Need to Grow, Harvard Business Review, December 2003.

Satisfaction, from 1 to 5: the share that gave 4 or 5. Effort, from 1 to 7, 7 is
very easy: the share that gave 5 to 7. low and high are the score interval of
Wilson (1927), 95 %.

Limits. Fewer than 30 answers say little: a warning names such groups. Two
scores differ for sure only where their intervals are apart. Who answers is not
everyone: perla survey list says how many were asked. Channel is that of the
order the answer is about, else of her last order by then; consultant who looked
after her that day; segment that of perla report rfm.
`

package money

// Wording is a currency and how figures stand within sentences.
type Wording struct {
	Currency
	Mark func(plain string) string // puts the marks of a locale into 1234.50; nil leaves figures as every file has them
}

// Money is an amount with the currency behind it: 1,234.50 EUR.
func (w Wording) Money(a Amount) string { return w.Sum(a) + " " + w.Code }

// Sum is an amount alone.
func (w Wording) Sum(a Amount) string { return w.Figure(w.Format(a)) }

// Figure is a plain figure with its marks.
func (w Wording) Figure(plain string) string {
	if w.Mark == nil {
		return plain
	}
	return w.Mark(plain)
}

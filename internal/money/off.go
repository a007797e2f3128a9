package money

// Off is what pct per cent off an amount take from it, so that what is left is rounded half to even: 15 per cent off 0.30
// leave 0.26 of 0.255 and take 0.04. Where Percent stands on the middle between two amounts the two may differ by one minor
// unit.
func Off(a Amount, pct Decimal) (Amount, error) {
	const most = 1e18 // beyond it 100 - pct may not fit
	if pct.Scale+2 > maxScale || pct.Digits > most || pct.Digits < -most {
		return 0, errScale
	}
	left, err := Percent(a, Decimal{Digits: int64(pow10[pct.Scale+2]) - pct.Digits, Scale: pct.Scale})
	return a - left, err
}

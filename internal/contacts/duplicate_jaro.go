package contacts

import "math/bits"

// longestWord is how many letters of a word are compared: as many as a machine word has bits.
const longestWord = 64

// jaroWinkler is how alike two words are, from 0 to 1: Jaro's comparator (Journal of the American Statistical Association
// 84, 1989, p. 414) with what Winkler added for an equal beginning of up to four letters (Proceedings of the Section on
// Survey Research Methods, 1990, p. 354). Letters count as common when they stand no further apart than half the longer
// word, less one; common letters that come in another order are half a transposition each. It allocates nothing, and
// leaves letters past the 64th aside.
func jaroWinkler(s, t string) float64 {
	if s == t {
		return 1
	}
	var a, b [longestWord]rune
	n, m := spell(&a, s), spell(&b, t)
	reach := max(max(n, m)/2-1, 0)
	var inA, inB uint64 // the letters that have their counterpart
	for i, letter := range a[:n] {
		for j := max(i-reach, 0); j < min(i+reach+1, m); j++ {
			if b[j] == letter && inB&(1<<j) == 0 {
				inA |= 1 << i
				inB |= 1 << j
				break
			}
		}
	}
	if inA == 0 {
		return 0
	}
	common := float64(bits.OnesCount64(inA))
	swapped := 0
	for ; inA != 0; inA, inB = inA&(inA-1), inB&(inB-1) {
		if a[bits.TrailingZeros64(inA)] != b[bits.TrailingZeros64(inB)] {
			swapped++
		}
	}
	jaro := (common/float64(n) + common/float64(m) + (common-float64(swapped/2))/common) / 3
	beginning := 0
	for beginning < min(4, n, m) && a[beginning] == b[beginning] {
		beginning++
	}
	return jaro + float64(beginning)*0.1*(1-jaro)
}

// spell puts the first letters of a word into room and says how many they are.
func spell(room *[longestWord]rune, word string) (n int) {
	for _, letter := range word {
		if n == longestWord {
			break
		}
		room[n] = letter
		n++
	}
	return n
}

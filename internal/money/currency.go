package money

import "fmt"

// Currency is an ISO 4217 currency: its code, upper case, and the decimals of its minor unit, 2 for EUR, 0 for JPY, 3 for TND.
type Currency struct {
	Code     string
	Decimals int
}

// currencies holds each code of ISO 4217 with the digits of its minor unit, in order: the codes in force and those withdrawn since
// 2015, which old rows still carry. Metals, test codes and units of account without a minor unit are left out. The table is written out because
// the Unicode data (golang.org/x/text/currency) tells how many decimals people show, 0 for COP, IDR or PKR where ISO 4217 has 2.
const currencies = "" +
	"AED2AFN2ALL2AMD2ANG2AOA2ARS2AUD2AWG2AZN2BAM2BBD2BDT2BGN2BHD3BIF0BMD2BND2BOB2BOV2BRL2BSD2BTN2BWP2" +
	"BYN2BYR0BZD2CAD2CDF2CHE2CHF2CHW2CLF4CLP0CNY2COP2COU2CRC2CUC2CUP2CVE2CZK2DJF0DKK2DOP2DZD2EGP2ERN2" +
	"ETB2EUR2FJD2FKP2GBP2GEL2GHS2GIP2GMD2GNF0GTQ2GYD2HKD2HNL2HRK2HTG2HUF2IDR2ILS2INR2IQD3IRR2ISK0JMD2" +
	"JOD3JPY0KES2KGS2KHR2KMF0KPW2KRW0KWD3KYD2KZT2LAK2LBP2LKR2LRD2LSL2LTL2LYD3MAD2MDL2MGA2MKD2MMK2MNT2" +
	"MOP2MRO2MRU2MUR2MVR2MWK2MXN2MXV2MYR2MZN2NAD2NGN2NIO2NOK2NPR2NZD2OMR3PAB2PEN2PGK2PHP2PKR2PLN2PYG0" +
	"QAR2RON2RSD2RUB2RWF0SAR2SBD2SCR2SDG2SEK2SGD2SHP2SLE2SLL2SOS2SRD2SSP2STD2STN2SVC2SYP2SZL2THB2TJS2" +
	"TMT2TND3TOP2TRY2TTD2TWD2TZS2UAH2UGX0USD2USN2UYI0UYU2UYW4UZS2VED2VEF2VES2VND0VUV0WST2XAF0XCD2XCG2" +
	"XOF0XPF0YER2ZAR2ZMW2ZWG2ZWL2"

const entry = len("EUR2")

// Lookup finds a currency by its ISO 4217 code in any case. An unknown code is an error that names it.
func Lookup(code string) (Currency, error) {
	at, ok := find(code)
	if !ok {
		return Currency{}, fmt.Errorf("unknown currency %q, need an ISO 4217 code such as EUR", code)
	}
	return Currency{Code: currencies[at : at+3], Decimals: int(currencies[at+3] - '0')}, nil
}

// find gives the place of a code in currencies, by halving.
func find(code string) (at int, ok bool) {
	if len(code) != 3 {
		return 0, false
	}
	var upper [3]byte
	for i := range upper {
		upper[i] = code[i]
		if 'a' <= code[i] && code[i] <= 'z' {
			upper[i] -= 'a' - 'A'
		}
	}
	low, high := 0, len(currencies)/entry
	for low < high {
		mid := (low + high) / 2
		if currencies[mid*entry:mid*entry+3] < string(upper[:]) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	at = low * entry
	return at, at < len(currencies) && currencies[at:at+3] == string(upper[:])
}

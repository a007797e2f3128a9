package insight

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/btyd"
	"github.com/perla-crm/perla/internal/fault"
)

var (
	purchaseParams = []string{"r", "alpha", "a", "b"}
	spendingParams = []string{"p", "q", "v"}
)

// ParseCLVParams reads "r=.2426,alpha=4.4136,a=.7929,b=2.4259,p=6.25,q=3.744,v=15.44": the parameters of one model or of
// both, each of a model's exactly once. A model that is not spoken of is nil.
func ParseCLVParams(text string) (*btyd.BGNBD, *btyd.GammaGamma, error) {
	given := map[string]float64{}
	for part := range strings.SplitSeq(text, ",") {
		name, figure, _ := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		known := slices.Concat(purchaseParams, spendingParams)
		if !slices.Contains(known, name) {
			hint := ""
			if near := fault.Nearest(name, known); near != "" {
				hint = "did you mean " + near
			}
			return nil, nil, usage("--params", fmt.Sprintf("%q is none of %s", name, strings.Join(known, ", ")), hint)
		}
		if _, twice := given[name]; twice {
			return nil, nil, usage("--params", name+" is given twice", "")
		}
		value, err := strconv.ParseFloat(strings.TrimSpace(figure), 64)
		if err != nil {
			return nil, nil, usage("--params", fmt.Sprintf("%s: %q is no number", name, figure), `write it as --params "r=.2426,alpha=4.4136,a=.7929,b=2.4259"`)
		}
		given[name] = value
	}
	purchases, err := wholeModel(given, purchaseParams)
	if err != nil {
		return nil, nil, err
	}
	spending, err := wholeModel(given, spendingParams)
	if err != nil {
		return nil, nil, err
	}
	var m *btyd.BGNBD
	var g *btyd.GammaGamma
	if purchases {
		m = &btyd.BGNBD{R: given["r"], Alpha: given["alpha"], A: given["a"], B: given["b"]}
	}
	if spending {
		g = &btyd.GammaGamma{P: given["p"], Q: given["q"], V: given["v"]}
	}
	return m, g, nil
}

// wholeModel says whether a model is given; a part of one is refused.
func wholeModel(given map[string]float64, names []string) (bool, error) {
	var missing []string
	for _, name := range names {
		if _, ok := given[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 && len(missing) < len(names) {
		return false, usage("--params", "without "+strings.Join(missing, ", ")+" there is no model", "give all of "+strings.Join(names, ", "))
	}
	return len(missing) == 0, nil
}

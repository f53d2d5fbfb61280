package yaml

import "github.com/autostream/autostream/internal/base/diag"

// The rules about the form of a YAML file. What the values mean is for the room that decodes them.
var (
	ruleSyntax = diag.Rule{ID: "AP1001", Name: "yaml-syntax", Category: diag.Project,
		Text: "The file is not YAML: the reader stopped at this line. A wrong indentation or a missing space behind a colon is the usual reason."}
	ruleNotUTF8 = diag.Rule{ID: "AP1002", Name: "not-utf8", Category: diag.Project,
		Text: "The file has bytes that are not UTF-8. Flink and AutoStream read every text as UTF-8; another encoding would change names and literals without a word."}
	ruleUnknownKey = diag.Rule{ID: "AP1003", Name: "unknown-key", Category: diag.Project,
		Text: "The key means nothing here. Unknown keys are refused, because a misspelt key would otherwise leave its default in force unnoticed."}
	ruleDuplicateKey = diag.Rule{ID: "AP1004", Name: "duplicate-key", Category: diag.Project,
		Text: "The same key stands twice in one mapping, such as two jobs of one name. Only one of them could hold."}
	ruleMissingKey = diag.Rule{ID: "AP1005", Name: "missing-key", Category: diag.Project,
		Text: "A key that this mapping cannot do without is not there."}
	ruleWrongType = diag.Rule{ID: "AP1006", Name: "wrong-type", Category: diag.Project,
		Text: "The value is of another type than the key takes, such as a list where one text is expected."}
	ruleBadValue = diag.Rule{ID: "AP1007", Name: "bad-value", Category: diag.Project,
		Text: "The value is of the right type but none of those allowed: out of range, not one of the words, or not in the form asked for."}
	ruleTooMuch = diag.Rule{ID: "AP1008", Name: "yaml-too-large", Category: diag.Project,
		Text: "Aliases unfold to more than 100,000 values, or an alias contains itself. Such a file is a mistake or an attack."}
)

// Rules lists the rules of this package.
func Rules() []diag.Rule {
	return []diag.Rule{
		ruleSyntax, ruleNotUTF8, ruleUnknownKey, ruleDuplicateKey, ruleMissingKey, ruleWrongType, ruleBadValue, ruleTooMuch,
	}
}

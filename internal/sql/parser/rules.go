package parser

import "github.com/autostream/autostream/internal/base/diag"

// The rules about syntax, and the one about what Flink checks before anything has a meaning.
var (
	syntaxError = diag.Rule{ID: "AS1001", Name: "syntax-error", Category: diag.Syntax,
		Text: "The statement is not what Flink's parser of that release accepts. The place is where that parser stops; with a word or operator that does not fit, that is the word itself."}
	needsNewer = diag.Rule{ID: "AS1002", Name: "needs-newer-flink", Category: diag.Syntax,
		Text: "The syntax is Flink's, but of a later release than the one the text is checked for."}
	unsupported = diag.Rule{ID: "AS1003", Name: "unsupported-syntax", Category: diag.Syntax,
		Text: "Flink's grammar knows the syntax and Flink refuses it: it comes from the parser that Flink builds on, or from other dialects of it."}
	invalidDefinition = diag.Rule{ID: "AS3090", Name: "invalid-definition", Category: diag.Type,
		Text: "The statement parses, but Flink's check of the syntax tree refuses it before any catalog is asked: an enforced key, a key that is UNIQUE, a second primary key."}
	removedSyntax = diag.Rule{ID: "AS1005", Name: "removed-syntax", Category: diag.Syntax,
		Text: "The syntax was part of earlier releases and is gone from the one the text is checked for."}
	openSet = diag.Rule{ID: "AS1006", Name: "open-statement-set", Level: diag.Warning, Category: diag.Syntax,
		Text: "BEGIN STATEMENT SET gathers the INSERTs behind it until END. Without END they are never submitted."}
)

// Rules lists the rules of this package in order of their ids.
func Rules() []diag.Rule {
	return []diag.Rule{syntaxError, needsNewer, unsupported, removedSyntax, openSet, invalidDefinition}
}

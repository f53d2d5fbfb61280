package sqltest

import "github.com/autostream/autostream/internal/base/diag"

// The rules about test files; those about their form are in base/yaml.
var (
	ruleNoScript = diag.Rule{ID: "AP4001", Name: "test-without-script", Category: diag.Project,
		Text: "A test file tests the script of the same name beside it (pv_uv_test.yaml tests pv_uv.sql), the job that its key job names, or the file that its key script names."}
	ruleUnknownTable = diag.Rule{ID: "AP4002", Name: "test-unknown-table", Category: diag.Project,
		Text: "The test names a table or view that neither the script nor the shared tables of the project declare."}
	ruleUnknownColumn = diag.Rule{ID: "AP4003", Name: "test-unknown-column", Category: diag.Project,
		Text: "The row has a column that its table does not have, or one that Flink computes and nobody can give."}
	ruleValue = diag.Rule{ID: "AP4004", Name: "test-value", Category: diag.Project,
		Text: "The value does not fit the type of its column."}
	ruleRow = diag.Rule{ID: "AP4005", Name: "test-row", Category: diag.Project,
		Text: "What a table gives is a list of rows ({column: value}), of rows with a kind ({-U: {column: value}}; +I, -U, +U, -D), and of the events watermark TIME, idle and active."}
	ruleKind = diag.Rule{ID: "AP4006", Name: "test-row-kind", Category: diag.Project,
		Text: "The connector of the table gives no rows of this kind: one without updates gives +I only, an upsert connector no -U."}
	ruleExpectation = diag.Rule{ID: "AP4007", Name: "test-expectation", Category: diag.Project,
		Text: "Rows are expected of a table that the script writes into, of a view, or of a query of the test's own."}
	ruleScript = diag.Rule{ID: "AP4008", Name: "test-script-has-errors", Category: diag.Project,
		Text: "The script under test cannot be run as long as Flink would refuse it."}
	ruleDuplicateCase = diag.Rule{ID: "AP4009", Name: "test-duplicate-case", Category: diag.Project,
		Text: "Two cases of one file have the same name, so that a report could not tell them apart."}
)

// Rules lists the rules of this package, in the order of their ids.
func Rules() []diag.Rule {
	return []diag.Rule{ruleNoScript, ruleUnknownTable, ruleUnknownColumn, ruleValue, ruleRow, ruleKind, ruleExpectation, ruleScript, ruleDuplicateCase}
}

package project

import "github.com/autostream/autostream/internal/base/diag"

// The rules about what a project file means and about its variables; those about its form are in base/yaml.
var (
	ruleMissingFile = diag.Rule{ID: "AP2001", Name: "missing-file", Category: diag.Project,
		Text: "The project names a file that is not there, or a pattern that no file matches."}
	ruleMissingJar = diag.Rule{ID: "AP2002", Name: "missing-jar", Level: diag.Warning, Category: diag.Project,
		Text: "A jar that the job needs is not there yet. The SQL can be checked without it, but the job cannot be deployed before the jar is built."}
	ruleNotUTF8 = diag.Rule{ID: "AP2003", Name: "sql-not-utf8", Category: diag.Project,
		Text: "The script has bytes that are not UTF-8. Flink reads scripts as UTF-8; another encoding would change names and literals without a word."}
	ruleMissingVariable = diag.Rule{ID: "AP2004", Name: "missing-variable", Category: diag.Project,
		Text: "A ${NAME} has no value: it is neither set with --var NAME=VALUE nor by AUTOSTREAM_VAR_NAME, neither the environment nor the project gives it one, and it has no default (${NAME:-default})."}
	ruleBadVariable = diag.Rule{ID: "AP2005", Name: "bad-variable", Category: diag.Project,
		Text: "What follows ${ is not NAME} or NAME:-default}. Write $${ for a plain ${."}
	ruleCyclicVariable = diag.Rule{ID: "AP2006", Name: "cyclic-variable", Category: diag.Project,
		Text: "The variable contains itself, by way of others or directly."}
	ruleSecretPlace = diag.Rule{ID: "AP2007", Name: "secret-misplaced", Category: diag.Project,
		Text: "Secrets are filled in when a job is handed to its target, so they can stand only in SQL, in options, in environment and in the args of a jar. Everywhere else they would have to be read, shown or recorded earlier."}
	ruleBadSecret = diag.Rule{ID: "AP2008", Name: "bad-secret", Category: diag.Project,
		Text: "A secret names exactly one source: {env: NAME}, {file: path} or {command: [program, argument]}."}
	ruleUnknownTarget = diag.Rule{ID: "AP2009", Name: "unknown-target", Category: diag.Project,
		Text: "The job or the defaults name a target that the project does not have."}
	ruleCyclicInclude = diag.Rule{ID: "AP2010", Name: "cyclic-include", Category: diag.Project,
		Text: "The file includes itself, directly or by way of others."}
	ruleUnknownRelease = diag.Rule{ID: "AP2011", Name: "unknown-release", Category: diag.Project,
		Text: "AutoStream knows the Flink lines 1.17 to 1.20 and 2.0 to 2.3."}
	ruleJobKind = diag.Rule{ID: "AP2012", Name: "job-kind", Category: diag.Project,
		Text: "A job is made of a script (sql) or of a jar (jar), never of both or none. class and args belong to jars."}
	ruleTargetKey = diag.Rule{ID: "AP2013", Name: "target-key", Category: diag.Project,
		Text: "The key means something for another kind of target only."}
	ruleSaidTwice = diag.Rule{ID: "AP2014", Name: "said-twice", Category: diag.Project,
		Text: "The same setting is given by a key of the project and by the Flink option behind it. Only one of them could hold."}
	ruleOutside = diag.Rule{ID: "AP2015", Name: "path-outside", Category: diag.Project,
		Text: "Scripts and tables lie inside the project's folder, so that a checkout of it is the whole project."}
	ruleVersion = diag.Rule{ID: "AP2016", Name: "file-version", Category: diag.Project,
		Text: "The project file is written for another version of AutoStream."}
	ruleOptionName = diag.Rule{ID: "AP2017", Name: "option-name", Level: diag.Warning, Category: diag.Project,
		Text: "Flink of the project's release has no such option and would ignore it without a word; the name is near one that it has, or one of another release."}
	ruleUnknownLintRule = diag.Rule{ID: "AP2019", Name: "unknown-lint-rule", Category: diag.Project,
		Text: "The severities under lint name a rule or category that does not exist, so that the one that was meant keeps its level."}
	ruleImageRelease = diag.Rule{ID: "AP2021", Name: "image-release", Level: diag.Warning, Category: diag.Project,
		Text: "The tag of the image names another Flink line than the project. Jobs are started as the project's line wants it, which the Flink in the image may not understand."}
	ruleConnectorFile = diag.Rule{ID: "AP2020", Name: "connector-file", Category: diag.Project,
		Text: "A file of connectors describes them line by line; a line that cannot be read would leave its connector without what it says."}
)

// rules lists the rules of this package in order of their ids.
func rules() []diag.Rule {
	return []diag.Rule{
		ruleMissingFile, ruleMissingJar, ruleNotUTF8, ruleMissingVariable, ruleBadVariable, ruleCyclicVariable,
		ruleSecretPlace, ruleBadSecret, ruleUnknownTarget, ruleCyclicInclude, ruleUnknownRelease, ruleJobKind,
		ruleTargetKey, ruleSaidTwice, ruleOutside, ruleVersion, ruleOptionName, ruleUnknownLintRule,
		ruleConnectorFile, ruleImageRelease,
	}
}

package lint

import (
	"cmp"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/lint/rules/appendtodatabase"
	"github.com/autostream/autostream/internal/sql/lint/rules/batchkeytype"
	"github.com/autostream/autostream/internal/sql/lint/rules/batchstatement"
	"github.com/autostream/autostream/internal/sql/lint/rules/cartesianjoin"
	"github.com/autostream/autostream/internal/sql/lint/rules/casetwins"
	"github.com/autostream/autostream/internal/sql/lint/rules/cdcserverid"
	"github.com/autostream/autostream/internal/sql/lint/rules/changedschema"
	"github.com/autostream/autostream/internal/sql/lint/rules/correlatedquery"
	"github.com/autostream/autostream/internal/sql/lint/rules/declareddifferently"
	"github.com/autostream/autostream/internal/sql/lint/rules/duplicateoption"
	"github.com/autostream/autostream/internal/sql/lint/rules/emptyrange"
	"github.com/autostream/autostream/internal/sql/lint/rules/equalsnull"
	"github.com/autostream/autostream/internal/sql/lint/rules/hintform"
	"github.com/autostream/autostream/internal/sql/lint/rules/hinttarget"
	"github.com/autostream/autostream/internal/sql/lint/rules/hintwithouteffect"
	"github.com/autostream/autostream/internal/sql/lint/rules/idlesource"
	"github.com/autostream/autostream/internal/sql/lint/rules/insertintoview"
	"github.com/autostream/autostream/internal/sql/lint/rules/integerratio"
	"github.com/autostream/autostream/internal/sql/lint/rules/kafkastartunset"
	"github.com/autostream/autostream/internal/sql/lint/rules/legacyconnectorkeys"
	"github.com/autostream/autostream/internal/sql/lint/rules/legacywindow"
	"github.com/autostream/autostream/internal/sql/lint/rules/lookupwithoutcache"
	"github.com/autostream/autostream/internal/sql/lint/rules/minibatchincomplete"
	"github.com/autostream/autostream/internal/sql/lint/rules/mixedtimes"
	"github.com/autostream/autostream/internal/sql/lint/rules/nondeterministicupdate"
	"github.com/autostream/autostream/internal/sql/lint/rules/notinnullable"
	"github.com/autostream/autostream/internal/sql/lint/rules/outerjoinundone"
	"github.com/autostream/autostream/internal/sql/lint/rules/partialwindowgroup"
	"github.com/autostream/autostream/internal/sql/lint/rules/plainsecret"
	"github.com/autostream/autostream/internal/sql/lint/rules/ranknumberoutput"
	"github.com/autostream/autostream/internal/sql/lint/rules/recursivequery"
	"github.com/autostream/autostream/internal/sql/lint/rules/redundantdistinct"
	"github.com/autostream/autostream/internal/sql/lint/rules/removedsetting"
	"github.com/autostream/autostream/internal/sql/lint/rules/renamedsetting"
	"github.com/autostream/autostream/internal/sql/lint/rules/reservedlater"
	"github.com/autostream/autostream/internal/sql/lint/rules/selectstarinsert"
	"github.com/autostream/autostream/internal/sql/lint/rules/selfcomparison"
	"github.com/autostream/autostream/internal/sql/lint/rules/severaljobs"
	"github.com/autostream/autostream/internal/sql/lint/rules/shadowedname"
	"github.com/autostream/autostream/internal/sql/lint/rules/sharedconsumergroup"
	"github.com/autostream/autostream/internal/sql/lint/rules/singletask"
	"github.com/autostream/autostream/internal/sql/lint/rules/sinkmaterializer"
	"github.com/autostream/autostream/internal/sql/lint/rules/sinkparallelism"
	"github.com/autostream/autostream/internal/sql/lint/rules/sortignored"
	"github.com/autostream/autostream/internal/sql/lint/rules/statementset"
	"github.com/autostream/autostream/internal/sql/lint/rules/staticpartition"
	"github.com/autostream/autostream/internal/sql/lint/rules/swappedcolumns"
	"github.com/autostream/autostream/internal/sql/lint/rules/twowriters"
	"github.com/autostream/autostream/internal/sql/lint/rules/unboundedstate"
	"github.com/autostream/autostream/internal/sql/lint/rules/unitlessduration"
	"github.com/autostream/autostream/internal/sql/lint/rules/unknownhint"
	"github.com/autostream/autostream/internal/sql/lint/rules/unknownsetting"
	"github.com/autostream/autostream/internal/sql/lint/rules/unnamedcolumn"
	"github.com/autostream/autostream/internal/sql/lint/rules/unusedcte"
	"github.com/autostream/autostream/internal/sql/lint/rules/unusedobject"
	"github.com/autostream/autostream/internal/sql/lint/rules/unusedsharedobject"
	"github.com/autostream/autostream/internal/sql/lint/rules/upsertinto"
	"github.com/autostream/autostream/internal/sql/lint/rules/variablewithoutvalue"
	"github.com/autostream/autostream/internal/sql/parser"
)

// All lists every rule beyond what the parser and binding find, in order of their ids.
func All() []rule.Rule {
	return []rule.Rule{
		variablewithoutvalue.Rule(),
		unknownhint.Rule(),
		hinttarget.Rule(),
		insertintoview.Rule(),
		hintform.Rule(),
		staticpartition.Rule(),
		upsertinto.Rule(),
		kafkastartunset.Rule(),
		cdcserverid.Rule(),
		appendtodatabase.Rule(),
		lookupwithoutcache.Rule(),
		sinkparallelism.Rule(),
		sharedconsumergroup.Rule(),
		twowriters.Rule(),
		unboundedstate.Rule(),
		cartesianjoin.Rule(),
		partialwindowgroup.Rule(),
		nondeterministicupdate.Rule(),
		idlesource.Rule(),
		notinnullable.Rule(),
		singletask.Rule(),
		ranknumberoutput.Rule(),
		sortignored.Rule(),
		sinkmaterializer.Rule(),
		minibatchincomplete.Rule(),
		hintwithouteffect.Rule(),
		batchstatement.Rule(),
		correlatedquery.Rule(),
		batchkeytype.Rule(),
		statementset.Rule(),
		recursivequery.Rule(),
		mixedtimes.Rule(),
		removedsetting.Rule(),
		reservedlater.Rule(),
		legacywindow.Rule(),
		legacyconnectorkeys.Rule(),
		renamedsetting.Rule(),
		changedschema.Rule(),
		selectstarinsert.Rule(),
		swappedcolumns.Rule(),
		plainsecret.Rule(),
		duplicateoption.Rule(),
		unusedobject.Rule(),
		casetwins.Rule(),
		unusedcte.Rule(),
		shadowedname.Rule(),
		unknownsetting.Rule(),
		unitlessduration.Rule(),
		equalsnull.Rule(),
		emptyrange.Rule(),
		selfcomparison.Rule(),
		unnamedcolumn.Rule(),
		integerratio.Rule(),
		redundantdistinct.Rule(),
		outerjoinundone.Rule(),
		severaljobs.Rule(),
		declareddifferently.Rule(),
		unusedsharedobject.Rule(),
	}
}

// Refusing lists those of them that report only what Flink refuses, for commands that read SQL for its meaning.
func Refusing() []rule.Rule {
	return slices.DeleteFunc(All(), func(r rule.Rule) bool { return r.Level != diag.Error })
}

// Names lists what severities can be chosen for: ids, names and categories.
func Names() []string {
	names := []string{
		string(diag.Syntax), string(diag.Name), string(diag.Type), string(diag.Connector), string(diag.Streaming), string(diag.Compatibility), string(diag.Hygiene),
	}
	for _, r := range Documented() {
		names = append(names, r.ID, r.Name)
	}
	return names
}

// AboutProjects says whether a rule looks at all scripts of a project together, of one revision or of two.
func AboutProjects(id string) bool {
	return slices.ContainsFunc(All(), func(r rule.Rule) bool { return r.ID == id && r.Script == nil })
}

// AboutChanges says whether a rule compares two revisions.
func AboutChanges(id string) bool {
	return slices.ContainsFunc(All(), func(r rule.Rule) bool { return r.ID == id && r.Change != nil })
}

// Documented lists everything that can be found in SQL, in order of the ids: rules of this room with their examples, and
// those of the parser, of binding, of plans and of suppression.
func Documented() []rule.Rule {
	all := All()
	for _, r := range slices.Concat(parser.Rules(), bind.Rules(), changelog.Rules(), ignoreRules(), []diag.Rule{refusedAfterUpgrade}) {
		all = append(all, withExamples(r))
	}
	slices.SortFunc(all, func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

package changelog

import (
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestUnknownColumns plans queries over a table of a catalog that is not at hand: no operator may stumble over a column of
// which nothing is known.
func TestUnknownColumns(t *testing.T) {
	t.Parallel()
	const setup = `CREATE CATALOG h WITH ('type' = 'hive');
CREATE TABLE o (id INT, ts TIMESTAMP(3), n INT, WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');
CREATE FUNCTION f AS 'x.F';
`
	for _, sql := range []string{
		"SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a.x ORDER BY y) AS rn FROM h.db.t AS a) WHERE rn = 1",
		"SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY x ORDER BY y DESC) AS rn FROM h.db.t) WHERE rn <= 3",
		"SELECT x FROM (SELECT x, ROW_NUMBER() OVER (ORDER BY y) AS rn FROM (SELECT * FROM h.db.t)) WHERE rn <= 3",
		"SELECT x, SUM(z) OVER (PARTITION BY x ORDER BY y) FROM h.db.t",
		"SELECT x, SUM(z) OVER (PARTITION BY x ORDER BY y) FROM (SELECT * FROM h.db.t)",
		"SELECT LAG(n) OVER (PARTITION BY v.zz ORDER BY v.ts) FROM (SELECT * FROM o JOIN h.db.t ON o.id = t.id) AS v",
		"SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY r.a ORDER BY r.b) AS rn FROM (SELECT f(id) AS r FROM o)) WHERE rn = 1",
		"SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY g.a ORDER BY g.b) AS rn FROM o, LATERAL TABLE(f(o.id)) AS g) WHERE rn = 1",
		"SELECT * FROM (SELECT *, RANK() OVER (PARTITION BY a ORDER BY b) AS rn FROM TABLE(f(TABLE o))) WHERE rn = 1",
		"SELECT x, COUNT(*) FROM h.db.t GROUP BY x ORDER BY y LIMIT 3",
		"SELECT * FROM (SELECT * FROM h.db.t) ORDER BY y LIMIT 3",
		"SELECT * FROM TABLE(TUMBLE(TABLE h.db.t, DESCRIPTOR(y), INTERVAL '1' HOUR))",
		"SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE h.db.t, DESCRIPTOR(y), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, x",
		"SELECT TUMBLE_START(y, INTERVAL '1' HOUR) FROM (SELECT * FROM h.db.t) GROUP BY TUMBLE(y, INTERVAL '1' HOUR)",
		"SELECT * FROM (SELECT * FROM h.db.t) MATCH_RECOGNIZE (PARTITION BY x ORDER BY y MEASURES A.z AS z PATTERN (A B) DEFINE B AS B.z > 1)",
		"SELECT * FROM o JOIN (SELECT * FROM h.db.t) AS v ON o.id = v.q AND o.ts BETWEEN v.y - INTERVAL '1' HOUR AND v.y",
		"SELECT * FROM o JOIN h.db.t FOR SYSTEM_TIME AS OF o.ts AS v ON o.id = v.q",
		"SELECT * FROM (SELECT * FROM h.db.t) WHERE x IN (SELECT y FROM (SELECT * FROM h.db.t))",
		"SELECT * FROM (SELECT * FROM h.db.t) UNION ALL SELECT * FROM (SELECT * FROM h.db.u)",
		"INSERT INTO h.db.t SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY x ORDER BY y) AS rn FROM h.db.u) WHERE rn = 1",
		"CREATE VIEW w AS SELECT * FROM h.db.t; SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY x ORDER BY y) AS rn FROM w) WHERE rn = 1",
	} {
		for _, release := range []token.Release{token.V1_20, token.V2_2, token.V2_3} {
			t.Run(release.String()+"/"+sql, func(t *testing.T) {
				t.Parallel()
				script, findings := parser.Parse(source.New("a.sql", setup+sql), parser.Options{Release: release})
				if len(findings) > 0 {
					t.Fatal(findings[0].Message)
				}
				session := bind.NewSession(release)
				bound := session.Script(script)
				for _, f := range bound.Findings() {
					t.Error(f.Message)
				}
				s := bound.Statements[len(bound.Statements)-1]
				o := options{Release: release, settings: s.Settings, session: session, file: script.File, whole: s.Syntax.Place()}
				for _, p := range Unplanned(s) {
					planned := o.planned(p)
					sound(t, sql, planned.Root)
					for _, r := range planned.Refusals {
						t.Errorf("%s: of an unknown column nothing can be said", r.Message)
					}
				}
			})
		}
	}
}

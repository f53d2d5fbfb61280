package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// text is a set of statements. Judged ones are held to the speed that the project promises, all to the allocations.
type text struct {
	name       string
	statements []string
	judged     bool
}

// corpora returns our own statements, those of the shared corpus when it is there, and those of files.
func corpora(files []string) ([]text, error) {
	all := []text{{"analytic queries", analytic(100), true}}
	if planner := planner(); planner != nil {
		all = append(all, text{"planner queries", planner, false})
	}
	given := text{"files", nil, true}
	for _, name := range files {
		sql, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading statements: %w", err)
		}
		given.statements = append(given.statements, strings.TrimRight(string(sql), "; \r\n\t"))
	}
	if len(files) > 0 {
		all = append(all, given)
	}
	return all, nil
}

// planner reads the queries of Flink's planner tests from the shared corpus, when it is there.
func planner() []string {
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		f, err := os.Open(filepath.Join(dir, "shared", "corpus", "planner_queries.jsonl"))
		if err != nil {
			continue
		}
		defer f.Close()
		var statements []string
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var row struct{ SQL string }
			if json.Unmarshal(lines.Bytes(), &row) == nil {
				statements = append(statements, row.SQL)
			}
		}
		return statements
	}
	return nil
}

// analytic makes n reports over a star schema, of the size and shape of TPC-DS: joins of five to eight tables, long
// conditions, sums of CASE, named queries, windows, unions. The same n gives the same text.
func analytic(n int) []string {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	statements := make([]string, n)
	for i := range statements {
		switch i % 4 {
		case 0:
			statements[i] = g.star()
		case 1:
			statements[i] = g.named()
		case 2:
			statements[i] = g.channels()
		default:
			statements[i] = g.pivot()
		}
	}
	return statements
}

type generator struct{ *rand.Rand }

var (
	facts      = []string{"store_sales", "catalog_orders", "web_orders", "store_returns", "inventory_levels"}
	dimensions = []string{"calendar_days", "customers", "customer_addresses", "articles", "store_branches", "warehouses", "promotions", "household_profiles"}
	measures   = []string{"net_paid", "net_profit", "quantity", "list_price", "discount_amount", "wholesale_cost", "sales_price", "tax_amount"}
	attributes = []string{"category_name", "brand_name", "state_code", "city_name", "year_number", "month_number", "education_status", "marital_status", "birth_country", "floor_space"}
	words      = []string{"'Sports'", "'Books'", "'Electronics'", "'TX'", "'OH'", "'Midway'", "'Unknown'", "'College'", "'Fairview'", "'S'"}
)

func (g generator) pick(from []string) string { return from[g.IntN(len(from))] }

// tables joins a fact with some dimensions; f is the fact, d0, d1, … the dimensions.
func (g generator) tables(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s AS f", g.pick(facts))
	for i := range n {
		fmt.Fprintf(&b, "\n  JOIN %s AS d%d ON f.dimension_%d_sk = d%d.surrogate_key", g.pick(dimensions), i, i, i)
	}
	return b.String()
}

func (g generator) condition(n int) string {
	parts := []string{}
	for i := range n {
		column := fmt.Sprintf("d%d.%s", i%4, g.pick(attributes))
		switch g.IntN(5) {
		case 0:
			parts = append(parts, fmt.Sprintf("%s BETWEEN %d AND %d + %d", column, 1998+g.IntN(5), 2000, g.IntN(12)))
		case 1:
			parts = append(parts, fmt.Sprintf("%s IN (%s, %s, %s, %s)", column, g.pick(words), g.pick(words), g.pick(words), g.pick(words)))
		case 2:
			parts = append(parts, fmt.Sprintf("(%s = %s OR f.%s > %d.%02d)", column, g.pick(words), g.pick(measures), g.IntN(9000), g.IntN(100)))
		case 3:
			parts = append(parts, fmt.Sprintf("%s LIKE 'a%%' AND f.%s IS NOT NULL", column, g.pick(measures)))
		default:
			parts = append(parts, fmt.Sprintf("f.%s - f.%s >= 0.9 * f.%s", g.pick(measures), g.pick(measures), g.pick(measures)))
		}
	}
	return strings.Join(parts, "\n  AND ")
}

func (g generator) star() string {
	a, b := g.pick(attributes), g.pick(attributes)
	return fmt.Sprintf("SELECT d0.%s AS first_attribute, d1.%s AS second_attribute, SUM(f.%s) AS total_amount, AVG(f.%s) AS average_amount, COUNT(*) AS number_of_rows\nFROM %s\nWHERE %s\nGROUP BY d0.%s, d1.%s\nHAVING SUM(f.%s) > %d\nORDER BY total_amount DESC, first_attribute\nLIMIT 100",
		a, b, g.pick(measures), g.pick(measures), g.tables(5+g.IntN(4)), g.condition(6+g.IntN(6)), a, b, g.pick(measures), g.IntN(10000))
}

func (g generator) named() string {
	a := g.pick(attributes)
	one := fmt.Sprintf("SELECT d0.customer_key AS customer_key, d1.%s AS attribute, SUM(f.%s * f.%s) AS total\n  FROM %s\n  WHERE %s\n  GROUP BY d0.customer_key, d1.%s", a, g.pick(measures), g.pick(measures), g.tables(4), g.condition(5), a)
	two := fmt.Sprintf("SELECT t.customer_key, t.attribute, t.total, RANK() OVER (PARTITION BY t.attribute ORDER BY t.total DESC) AS place\n  FROM totals AS t")
	return fmt.Sprintf("WITH totals AS (\n  %s\n), ranked AS (\n  %s\n)\nSELECT c.customer_id, c.first_name, c.last_name, r.attribute, r.total\nFROM ranked AS r JOIN customers AS c ON c.customer_key = r.customer_key\nWHERE r.place <= %d AND EXISTS (SELECT 1 FROM web_orders AS w WHERE w.customer_key = c.customer_key AND w.%s > %d)\nORDER BY c.last_name, c.first_name, r.total\nLIMIT 100",
		one, two, 1+g.IntN(20), g.pick(measures), g.IntN(500))
}

func (g generator) channels() string {
	parts := []string{}
	for _, channel := range []string{"store channel", "catalog channel", "web channel"} {
		parts = append(parts, fmt.Sprintf("  SELECT '%s' AS channel, d0.%s AS attribute, f.%s AS amount, COALESCE(f.%s, 0) AS returned\n  FROM %s\n  WHERE %s", channel, g.pick(attributes), g.pick(measures), g.pick(measures), g.tables(4), g.condition(4)))
	}
	return fmt.Sprintf("SELECT x.channel, x.attribute, SUM(x.amount) AS amount, SUM(x.returned) AS returned, COUNT(DISTINCT x.attribute) AS attributes\nFROM (\n%s\n) AS x\nGROUP BY x.channel, x.attribute\nORDER BY x.channel, x.attribute\nLIMIT 100", strings.Join(parts, "\n  UNION ALL\n"))
}

func (g generator) pivot() string {
	var sums []string
	for i := range 12 {
		sums = append(sums, fmt.Sprintf("SUM(CASE WHEN d0.month_number = %d AND f.%s > 0 THEN f.%s * f.%s ELSE 0.00 END) AS month_%d", i+1, g.pick(measures), g.pick(measures), g.pick(measures), i+1))
	}
	return fmt.Sprintf("SELECT d1.%s AS attribute,\n  %s\nFROM %s\nWHERE %s\nGROUP BY d1.%s\nORDER BY attribute", g.pick(attributes), strings.Join(sums, ",\n  "), g.tables(5), g.condition(6), g.pick(attributes))
}

package preview

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// changelog makes a changelog that Flink could have produced: every row it takes back was there.
func changelog(random *rand.Rand, length, values int) []Event {
	var live []int64
	var out []Event
	add := func(k Kind, v int64) {
		out = append(out, Event{Seq: int64(len(out) + 1), Kind: k, Fields: row(v)})
	}
	for len(out) < length {
		switch n := random.IntN(4); {
		case n == 0 && len(live) > 0:
			i := random.IntN(len(live))
			add(Delete, live[i])
			live = slices.Delete(live, i, i+1)
		case n <= 2 && len(live) > 0:
			i := random.IntN(len(live))
			add(UpdateBefore, live[i])
			live = slices.Delete(live, i, i+1)
			if random.IntN(5) > 0 { // a filter may swallow the second half
				v := random.Int64N(int64(values))
				add(UpdateAfter, v)
				live = append(live, v)
			}
		default:
			v := random.Int64N(int64(values))
			add(Insert, v)
			live = append(live, v)
		}
	}
	return out
}

func row(v int64) []Value { return []Value{Number(fmt.Sprint(v)), Text("漢")} }

// sum adds up a changelog in the plainest way there is.
func sum(events []Event) []string {
	counts := map[string]int{}
	for _, e := range events {
		if e.Kind.Adds() {
			counts[String(e.Fields[0])]++
		} else {
			counts[String(e.Fields[0])]--
		}
	}
	var out []string
	for v, n := range counts {
		for range n {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

func firsts(events []Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, String(e.Fields[0]))
	}
	return out
}

func TestTableIsTheSumOfTheChangelog(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		events := changelog(random, 1+random.IntN(400), 1+random.IntN(12))
		table := NewTable(RingSize, nil)
		for i, e := range events {
			table.Apply(e)
			got := firsts(table.Rows())
			slices.Sort(got)
			if want := sum(events[:i+1]); !slices.Equal(got, want) || table.Len() != len(want) {
				t.Fatalf("seed %d, after %d rows: %v, want %v", seed, i+1, got, want)
			}
		}
	}
}

func TestTableStaysWithinItsLimit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 2))
		events := changelog(random, 300, 1+random.IntN(50))
		table := NewTable(7, nil)
		for i, e := range events {
			table.Apply(e)
			rows := table.Rows()
			if len(rows) != table.Len() || len(rows) > 7 {
				t.Fatalf("seed %d, after %d rows: %d rows, Len %d", seed, i+1, len(rows), table.Len())
			}
			have := sum(events[:i+1])
			for _, v := range firsts(rows) {
				at := slices.Index(have, v)
				if at < 0 {
					t.Fatalf("seed %d, after %d rows: %s is shown and does not hold", seed, i+1, v)
				}
				have = slices.Delete(have, at, at+1)
			}
			if table.Dropped() == 0 && len(have) > 0 {
				t.Fatalf("seed %d, after %d rows: %v are missing", seed, i+1, have)
			}
		}
	}
}

func TestTableWithKeyKeepsOneRowOfEach(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	table := NewTable(RingSize, []int{0})
	want := map[string]string{}
	for i := range 2000 {
		key, value := fmt.Sprint(random.IntN(20)), fmt.Sprint(i)
		e := Event{Kind: UpdateAfter, Fields: []Value{Text(key), Text(value)}}
		if want[key] == "" {
			e.Kind = Insert
		}
		if random.IntN(6) == 0 {
			e.Kind = Delete
			delete(want, key)
		} else {
			want[key] = value
		}
		table.Apply(e)
		got := map[string]string{}
		for _, r := range table.Rows() {
			got[String(r.Fields[0])] = String(r.Fields[1])
		}
		if len(got) != table.Len() || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("after %d rows: %v, want %v", i+1, got, want)
		}
	}
}

func TestTableKeepsPlacesThroughUpdates(t *testing.T) {
	t.Parallel()
	table := NewTable(10, nil)
	for _, e := range []Event{
		{Kind: Insert, Fields: row(1)}, {Kind: Insert, Fields: row(2)}, {Kind: Insert, Fields: row(3)},
		{Kind: UpdateBefore, Fields: row(2)}, {Kind: UpdateAfter, Fields: row(20)},
	} {
		table.Apply(e)
	}
	if got := fmt.Sprint(firsts(table.Rows())); got != "[1 20 3]" {
		t.Errorf("rows %s, want [1 20 3]", got)
	}
}

func TestRingKeepsTheNewest(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 4, 5, 6, 23} {
		ring := NewRing(5)
		for i := range n {
			ring.Add(Event{Seq: int64(i + 1)})
		}
		rows := ring.Rows()
		if len(rows) != min(n, 5) || ring.Len() != len(rows) || ring.Total() != int64(n) {
			t.Errorf("after %d: %d rows, Len %d, Total %d", n, len(rows), ring.Len(), ring.Total())
		}
		for i, e := range rows {
			if want := int64(n - len(rows) + i + 1); e.Seq != want {
				t.Errorf("after %d: row %d is %d, want %d", n, i, e.Seq, want)
			}
		}
	}
}

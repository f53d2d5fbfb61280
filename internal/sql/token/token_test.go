package token

import (
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	for k := firstKeyword; k < NumKinds; k++ {
		if got := Lookup(k.Word()); got != k {
			t.Errorf("Lookup(%q) = %v", k.Word(), got)
		}
		if got := Lookup(strings.ToLower(k.Word())); got != k {
			t.Errorf("Lookup of %q in small letters = %v", k.Word(), got)
		}
	}
	for _, w := range []string{"x", "selectt", "SELEC", "user_id", "ähnlich", strings.Repeat("a", 300)} {
		if got := Lookup(w); got != Identifier {
			t.Errorf("Lookup(%q) = %v", w, got)
		}
	}
}

func TestReserved(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind Kind
		r    Release
		want bool
	}{
		{QUALIFY, V1_20, false}, {QUALIFY, V2_0, true}, {MODEL, V1_20, true}, {MODEL, V2_2, false},
		{SELECT, V1_17, true}, {TYPE, V2_3, false}, {Identifier, V2_2, false}, {ASOF, V2_3, false},
	}
	for _, tt := range tests {
		if got := tt.kind.Reserved(tt.r); got != tt.want {
			t.Errorf("%v reserved in %v: %v", tt.kind, tt.r, got)
		}
	}
	if LParen.IsName(V2_2) || !Variable.IsName(V2_2) || !TYPE.IsName(V2_2) || SELECT.IsName(V2_2) {
		t.Error("IsName is wrong for one of the four")
	}
}

func TestLexer(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"SELECT a.b", "SELECT a . b:name"},
		{"1 1.5 .5 5. 1e5 1E-3 1abc 0x1F 1..2", "1:number 1.5:number .5:number 5.:number 1e5:number 1E-3:number 1:number abc:name 0:number x1F:name 1.:number .2:number"},
		{"'a''b' N'x' _utf8'y' U&'z' E'\\'q' x'0f' b'1'", "'a''b':string N'x':string _utf8'y':string U&'z':string E'\\'q':string x'0f':binary string b:name '1':string"},
		{"_utf-8'a' _a-b", "_utf-8'a':string _a:name - b:name"},
		{"`a``b` `` `x", "`a``b`:name ``:empty identifier `x:unclosed identifier"},
		{"a--b\n+c//d\r\n/**/-/* /* */e", "a + c - e:name"},
		{"/*+ A */ */ /*", "/*+ A */ */ /*:unclosed comment"},
		{"< <= <> > >= != => || | ^ ? : .. = ! ==", "< <= <> > >= != => || | ^ ? : .. = !:illegal character = ="},
		{"{d {  ts {fn { t {x }", "{d {  ts:{ts {fn { t:{t { x:name }"},
		{"$x $ a$b ${V} a_${B:-x y}_c 5${N} '${S}' ${", "$x:name $ a$b:name ${V}:variable a_${B:-x y}_c:variable 5:number ${N}:variable '${S}':string ${:unclosed variable"},
		{"a.b$c 1a$b a:b$", "a.b$c:collation 1a$b:collation a : b$:name"},
		{"größe 列 \u00a0 \x00", "größe:name 列:name \u00a0:illegal character \x00:illegal character"},
		{"'abc", "'abc:unclosed string"},
		{"U&\"x\" \"", "U&\"x\":name \""},
	}
	for _, tt := range tests {
		var got []string
		for _, tok := range All(tt.in) {
			text, kind := tok.Text(tt.in), tok.Kind.String()
			if tok.Kind == EOF {
				break
			}
			if !strings.EqualFold(text, kind) {
				text += ":" + kind
			}
			got = append(got, text)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.in, s, tt.want)
		}
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	const text = "a -- one\r\n /* two */ // three\n b"
	var got []string
	Comments(text, 1, len(text)-1, func(start, end int) { got = append(got, text[start:end]) })
	if s := strings.Join(got, "|"); s != "-- one|/* two */|// three" {
		t.Errorf("got %q", s)
	}
}

func BenchmarkLexer(b *testing.B) {
	text := strings.Repeat("SELECT customer_id, SUM(ss_net_paid) AS total -- why\nFROM store_sales AS s, date_dim d\nWHERE s.ss_sold_date_sk = d.d_date_sk AND d.d_year BETWEEN 1999 AND 2001\n   AND s_state IN ('TN', 'GA')\nGROUP BY customer_id;\n", 200)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		l := NewLexer(text)
		for l.Next().Kind != EOF {
		}
	}
}

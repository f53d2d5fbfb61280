// What makes a type that is written as Flink's grammar has it one that Flink refuses.

package types

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Flaw says what is wrong with a type or with what it is made of, "" for nothing. Lengths and precisions that are too
// large are none: Flink takes the largest that there is, without a word.
func (t Type) Flaw() string {
	switch {
	case t.Root == Decimal && t.Precision == 0:
		return "DECIMAL has one digit at least"
	case t.Root == Decimal && t.Scale > t.Precision:
		return t.Nullable().String() + " has more digits behind the point than digits"
	}
	if t.Of == nil {
		return ""
	}
	seen := map[string]bool{}
	for _, f := range t.Of.Fields {
		if seen[f.Name] {
			return fmt.Sprintf("%s has two fields called %q", t.Root, f.Name)
		}
		seen[f.Name] = true
		if flaw := f.Type.Flaw(); flaw != "" {
			return flaw
		}
	}
	if flaw := t.Of.Key.Flaw(); flaw != "" {
		return flaw
	}
	return t.Of.Elem.Flaw()
}

// IsSerializer reports whether a text may be the serializer of a RAW type: bytes in Base64.
func IsSerializer(text string) bool {
	_, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return err == nil && len(text) > 1
}

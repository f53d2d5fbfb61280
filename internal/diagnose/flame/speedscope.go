package flame

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Speedscope writes the profile for https://www.speedscope.app, which reads it in the browser without sending it anywhere.
func (p Profile) Speedscope(name string) ([]byte, error) {
	type frame struct {
		Name string `json:"name"`
	}
	frames, samples, weights := []frame{}, [][]int{}, []int64{}
	number := map[string]int{}
	for _, stack := range slices.Sorted(maps.Keys(p.stacks)) {
		var sample []int
		for f := range strings.SplitSeq(stack, ";") {
			n, ok := number[f]
			if !ok {
				n = len(frames)
				number[f] = n
				frames = append(frames, frame{f})
			}
			sample = append(sample, n)
		}
		samples, weights = append(samples, sample), append(weights, p.stacks[stack])
	}
	return json.Marshal(map[string]any{
		"$schema": "https://www.speedscope.app/file-format-schema.json", "name": name, "exporter": "autostream",
		"shared": map[string]any{"frames": frames},
		"profiles": []any{map[string]any{
			"type": "sampled", "name": name, "unit": "none", "startValue": 0, "endValue": p.Samples, "samples": samples, "weights": weights,
		}},
	})
}

package kubernetes

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Limits of what Kubernetes keeps for us. An object has 1 MiB at most, counted without base64; etcd keeps a few GiB in all.
const (
	maxContent = 1<<20 - 4<<10 // room for metadata
	jarPart    = 960 << 10
	maxJars    = 32 << 20 // of all jars of a job
)

// secret holds what the program is made of and the environment: both may hold secrets, so that neither belongs into the
// configuration, which Flink shows.
func (r *rendering) secret() (item, bool) {
	data := object{}
	for name, text := range r.program.texts {
		data[name] = base64.StdEncoding.EncodeToString(text)
	}
	for name, value := range r.submission.Environment {
		data[environmentKey(name)] = base64.StdEncoding.EncodeToString([]byte(value))
	}
	if len(data) == 0 {
		return item{}, false
	}
	return r.owned(api.Secrets, "Secret", programName(r.cluster), object{"type": "Opaque", "data": data}), true
}

// environmentKey is the key of an environment variable in the Secret.
func environmentKey(name string) string { return "env." + name }

// mountProgram gives the JobManager the files of the program, and its jars by way of a container that runs first and
// puts them together. TaskManagers get them from the JobManager.
func (r *rendering) mountProgram(spec, main object) {
	if len(r.program.texts) > 0 {
		var items []any
		for _, name := range slices.Sorted(maps.Keys(r.program.texts)) {
			items = append(items, object{"key": name, "path": name})
		}
		overlay(spec, "volumes", object{"name": "program-volume", "secret": object{"secretName": programName(r.cluster), "items": items}})
		overlay(main, "volumeMounts", object{"name": "program-volume", "mountPath": programFolder})
	}
	if len(r.program.jars) == 0 {
		return
	}
	sources, script := []any{}, []string{"set -e"}
	for i, jar := range r.program.jars {
		var names []string
		for n := range partsOf(jar.local) {
			names = append(names, path.Join(partFolder, partKey(i, n)))
			sources = append(sources, object{"configMap": object{"name": partName(r.cluster, i, n)}})
		}
		script = append(script, fmt.Sprintf("cat %s > %s", strings.Join(names, " "), quoted(jar.pod)))
		script = append(script, fmt.Sprintf("echo %s | sha256sum -c -", quoted(hashOf(jar.local)+"  "+jar.pod)))
	}
	overlay(spec, "volumes",
		object{"name": "jar-volume", "emptyDir": object{}},
		object{"name": "part-volume", "projected": object{"sources": sources}})
	overlay(main, "volumeMounts", object{"name": "jar-volume", "mountPath": jarFolder})
	overlay(spec, "initContainers", object{
		"name": "autostream-jars", "image": r.image, "imagePullPolicy": main["imagePullPolicy"],
		"command":   []any{"/bin/sh", "-c", strings.Join(script, "\n")},
		"resources": object{"requests": object{"cpu": "0.05", "memory": "64Mi"}, "limits": object{"cpu": "1", "memory": "256Mi"}},
		"volumeMounts": []any{
			object{"name": "jar-volume", "mountPath": jarFolder},
			object{"name": "part-volume", "mountPath": partFolder},
		},
	})
}

// partFolder is where the container that runs first finds the parts of jars.
const partFolder = "/opt/autostream/parts"

func partKey(jar, n int) string { return fmt.Sprintf("%d.%04d", jar, n) }
func partName(cluster string, jar, n int) string {
	return fmt.Sprintf("autostream-%s-%d.%d", cluster, jar, n)
}

// partsOf is how many parts a jar has.
func partsOf(jar string) int {
	stat, err := os.Stat(jar)
	if err != nil {
		return 0 // jarParts says why
	}
	return int((stat.Size() + jarPart - 1) / jarPart)
}

// jarParts are ConfigMaps with the bytes of the jars: no file system and no registry is needed that pods could reach.
func (r *rendering) jarParts() ([]item, error) {
	var out []item
	total := 0
	for i, jar := range r.program.jars {
		text, err := os.ReadFile(jar.local)
		if err != nil {
			return nil, fmt.Errorf("reading jar %s: %w", jar.local, err)
		}
		if total += len(text); total > maxJars {
			return nil, fault.Errorf(fault.Usage, "the jars of job %s have more than %d MB, too much to hand to Kubernetes", r.submission.Name, maxJars>>20).
				WithFix("put connectors into the image, under /opt/flink/lib, and leave them out of jars:")
		}
		for n := 0; len(text) > 0; n++ {
			size := min(len(text), jarPart)
			out = append(out, r.owned(api.ConfigMaps, "ConfigMap", partName(r.cluster, i, n),
				object{"binaryData": object{partKey(i, n): base64.StdEncoding.EncodeToString(text[:size])}}))
			text = text[size:]
		}
	}
	return out, nil
}

func hashOf(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "" // jarParts says why
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// quoted is a word for a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// contentSize is how much of its limit an object uses: the bytes of its data, decoded.
func contentSize(o object) int {
	size := 0
	for key, factor := range map[string]int{"data": 4, "binaryData": 3} {
		data, _ := o[key].(object)
		for name, value := range data {
			text, _ := value.(string)
			if o["kind"] == "Secret" {
				factor = 3
			}
			size += len(name) + len(text)*factor/4
		}
	}
	return size
}

package diag

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"

	"github.com/autostream/autostream/internal/base/source"
)

// WriteSARIF writes a log of the Static Analysis Results Interchange Format 2.1.0, which code scanning of GitHub, GitLab
// and Azure DevOps read.
func WriteSARIF(w io.Writer, d *Document) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{
		Name: "autostream", Version: d.Version, InformationURI: "https://github.com/autostream/autostream", Rules: []sarifRule{},
	}
	index := map[string]int{}
	for _, r := range d.reported() {
		index[r.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, d.sarifRule(r))
	}
	prints := Fingerprints(d.Findings)
	for i, f := range d.Findings {
		result := sarifResult{
			RuleID: f.Rule, RuleIndex: index[f.Rule], Level: f.Level.String(), Message: sarifText{Text: f.text()},
			Locations: []sarifLocation{d.location(f.File, f.Span, "")}, Fingerprints: map[string]string{"autostream/v1": prints[i]},
		}
		for _, r := range f.Related {
			result.Related = append(result.Related, d.location(r.File, r.Span, r.Message))
		}
		for _, fix := range f.Fixes {
			result.Fixes = append(result.Fixes, d.sarifFix(f.File, fix))
		}
		run.Results = append(run.Results, result)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{
		Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{run},
	})
}

// reported lists the rules that have findings, in order of their ids.
func (d *Document) reported() []Rule {
	var rules []Rule
	for _, f := range d.Findings {
		if slices.ContainsFunc(rules, func(r Rule) bool { return r.ID == f.Rule }) {
			continue
		}
		i := slices.IndexFunc(d.Rules, func(r Rule) bool { return r.ID == f.Rule })
		if i < 0 {
			rules = append(rules, Rule{ID: f.Rule, Name: f.Name, Level: f.Level, Category: f.Category, Text: f.Name})
			continue
		}
		rules = append(rules, d.Rules[i])
	}
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return rules
}

func (d *Document) sarifRule(r Rule) sarifRule {
	out := sarifRule{
		ID: r.ID, Name: r.Name, Short: sarifText{Text: r.Name}, Full: sarifText{Text: r.Text}, Help: sarifText{Text: r.Text},
		Default: sarifConfiguration{Level: r.Level.String()}, Properties: map[string]any{"tags": []string{string(r.Category)}},
	}
	if d.Details != nil {
		if text, markdown := d.Details(r.ID); text != "" {
			out.Help = sarifText{Text: text, Markdown: markdown}
		}
	}
	if d.Page != nil {
		out.HelpURI = d.Page(r.ID)
	}
	return out
}

func (d *Document) location(file *source.File, at source.Span, message string) sarifLocation {
	l := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{URI: uriPath(d.Path(file))}, Region: regionOf(file, at)}}
	if message != "" {
		l.Message = &sarifText{Text: message}
	}
	return l
}

func regionOf(file *source.File, at source.Span) sarifRegion {
	start, end := file.Position(at.Start), file.Position(at.End)
	return sarifRegion{StartLine: start.Line, StartColumn: start.Column, EndLine: end.Line, EndColumn: end.Column}
}

func (d *Document) sarifFix(file *source.File, fix Fix) sarifFix {
	change := sarifChange{Artifact: sarifArtifact{URI: uriPath(d.Path(file))}}
	for _, e := range fix.Edits {
		r := sarifReplacement{Deleted: regionOf(file, e.Span)}
		if e.Text != "" {
			r.Inserted = &sarifText{Text: e.Text}
		}
		change.Replacements = append(change.Replacements, r)
	}
	return sarifFix{Description: sarifText{Text: fix.Title}, Changes: []sarifChange{change}}
}

// The part of the format that is written here. Names of fields are those of the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string             `json:"id"`
		Name       string             `json:"name"`
		Short      sarifText          `json:"shortDescription"`
		Full       sarifText          `json:"fullDescription"`
		Help       sarifText          `json:"help"`
		HelpURI    string             `json:"helpUri,omitempty"`
		Default    sarifConfiguration `json:"defaultConfiguration"`
		Properties map[string]any     `json:"properties"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted *sarifText  `json:"insertedContent,omitempty"`
	}
)

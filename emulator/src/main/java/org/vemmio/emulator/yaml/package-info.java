/// YAML files as nodes that know where they stand. The only room that knows a YAML library (snakeyaml-engine).
///
/// [YamlParser#parse] makes a [YamlNode] of a text: a scalar, a list or a mapping, each with the line and the column,
/// from 1, at which it begins. [YamlFields] reads mappings of known keys and the values in them; [YamlText] writes a
/// word so that it is read back as one. Whatever is wrong is a [YamlException] with a place; the reader of a kind of
/// file catches it once and adds the file's name.
///
/// # What is YAML here
///
/// YAML 1.2 with the types of its core schema (YAML 1.2.2, 10.3): `yes` and `off` are text, `0x1f` and `0o17` are
/// numbers, `True` is a truth value, `~` and an absent value are nothing. A file holds one document. Refused are
/// aliases, tags, a key that stands twice and a key that is a list or a mapping. An anchor that nothing refers to is
/// allowed. A file has at most 1 MiB ([WHOLE_FILE][org.vemmio.emulator.input.Limits#WHOLE_FILE]), and at most
/// 64 lists and mappings stand in one another ([YAML_DEPTH][org.vemmio.emulator.input.Limits#YAML_DEPTH]); the work
/// grows with its length.
///
/// # To read a kind of file
///
/// ```java
/// YamlNode document = YamlParser.parse("policy file", text).orElseThrow(…);
/// YamlFields rule = YamlFields.of(document, "a rule", List.of("when", "then"));   // refuses other keys
/// boolean warns = rule.value("warns", false, node -> YamlFields.truth(node, "warns"));
/// Attribute to = YamlFields.oneOf(rule.get("to"), "attribute", Attribute.class);  // by its label
/// ```
///
/// A check of one's own throws [YamlNode#wrong], with [YamlNode#described] for what stands there.
@NullMarked
package org.vemmio.emulator.yaml;

import org.jspecify.annotations.NullMarked;

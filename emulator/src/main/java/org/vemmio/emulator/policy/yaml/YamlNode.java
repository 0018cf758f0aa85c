package org.vemmio.emulator.policy.yaml;

import java.util.List;

/// A value in a YAML file, and where it begins: line and column from 1.
sealed interface YamlNode {
    int line();

    int column();

    /// What it is, for messages: with an article.
    String kind();

    /// A value without parts.
    ///
    /// @param text as it stands in the file, quotes taken off
    record Scalar(Type type, String text, int line, int column) implements YamlNode {
        enum Type {
            TEXT("text"),
            WHOLE_NUMBER("a number"),
            OTHER_NUMBER("a number with a fraction"),
            TRUTH("a truth value"),
            NOTHING("nothing");

            private final String kind;

            Type(String kind) {
                this.kind = kind;
            }
        }

        @Override
        public String kind() {
            return type.kind;
        }
    }

    record Sequence(List<YamlNode> items, int line, int column) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(List<Field> fields, int line, int column) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /// A key of a mapping, where it stands, and its value.
    record Field(String key, int line, int column, YamlNode value) {
    }
}

package org.vemmio.emulator.yaml;

import java.util.List;

/// A value in a YAML file, and where it begins: line and column from 1. Immutable.
public sealed interface YamlNode {
    /// {@return the line on which it begins, from 1}
    int line();

    /// {@return the character in the line at which it begins, from 1}
    int column();

    /// {@return what it is, for messages: with an article}
    String kind();

    /// {@return what stands there, for messages: its text in quotes, or what kind it is}
    default String described() {
        return this instanceof Scalar scalar && scalar.type != Scalar.Type.NOTHING
                ? scalar.text.isEmpty() ? "empty" : "'" + scalar.text + "'" : kind();
    }

    /// {@return that something about this value is wrong}
    ///
    /// @param problem what is wrong and what would be right
    default YamlException wrong(String problem) {
        return new YamlException(line(), column(), problem);
    }

    /// A value without parts.
    ///
    /// @param text as it stands in the file, quotes taken off
    record Scalar(Type type, String text, int line, int column) implements YamlNode {
        /// What a value without parts is, as YAML reads it.
        public enum Type {
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

    /// A list.
    record Sequence(List<YamlNode> items, int line, int column) implements YamlNode {
        /// Creates a list; `items` is copied.
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /// A mapping, in the order of the file; no key stands in it twice.
    record Mapping(List<Field> fields, int line, int column) implements YamlNode {
        /// Creates a mapping; `fields` is copied.
        public Mapping {
            fields = List.copyOf(fields);
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /// A key of a mapping, where it stands, and its value.
    record Field(String key, int line, int column, YamlNode value) {
        /// {@return that something about this key is wrong}
        ///
        /// @param problem what is wrong and what would be right
        public YamlException wrong(String problem) {
            return new YamlException(line, column, problem);
        }
    }
}

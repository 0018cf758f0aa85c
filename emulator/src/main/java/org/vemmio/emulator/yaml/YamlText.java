package org.vemmio.emulator.yaml;

import java.util.Set;
import java.util.regex.Pattern;

/// How a word stands in a policy file.
public final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");
    private static final Set<String> NO_TEXT =
            Set.of("true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL");

    private YamlText() {
    }

    /// Returns the word, in quotes if YAML could take it for something else.
    public static String quoted(String word) {
        if (PLAIN.matcher(word).matches() && !NO_TEXT.contains(word)) {
            return word;
        }
        StringBuilder quoted = new StringBuilder("\"");
        word.codePoints().forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').appendCodePoint(character);
            } else if (character >= ' ' && character <= '~') {
                quoted.appendCodePoint(character);
            } else {
                quoted.append("\\U%08x".formatted(character));
            }
        });
        return quoted.append('"').toString();
    }
}

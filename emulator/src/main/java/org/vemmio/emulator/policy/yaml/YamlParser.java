package org.vemmio.emulator.policy.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.policy.yaml.YamlNode.Scalar.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Makes nodes of the text of a YAML file that holds one document without aliases and tags. For one thread.
final class YamlParser {
    private static final YAMLFactory YAML = new YAMLFactory();
    /// The parser's own messages have several lines: once or twice what is wrong, its place, and a drawing that ends in
    /// a caret; the last is the one that counts.
    private static final Pattern PLACE = Pattern.compile(" in reader, line (\\d+), column (\\d+):");
    private static final Pattern CARET = Pattern.compile(" *\\^");

    private final String file;
    private final YAMLParser yaml;

    private YamlParser(String file, String text) {
        this.file = file;
        this.yaml = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text);
    }

    /// Returns the document in `text`, or null if there is none.
    static @Nullable YamlNode parse(String file, String text) {
        YamlParser parser = new YamlParser(file, text);
        try (parser.yaml) {
            if (parser.yaml.nextToken() == null) {
                return null;
            }
            YamlNode document = parser.node();
            if (parser.yaml.nextToken() != null) {
                throw parser.wrong("a second document begins here; a policy file holds one");
            }
            return document;
        } catch (JacksonException e) {
            throw unreadable(file, e);
        }
    }

    private YamlNode node() {
        TokenStreamLocation place = yaml.currentTokenLocation();
        if (yaml.isCurrentAlias()) {
            throw wrong("this is an alias, which policy files do not have; a mnemonic that begins with * stands in"
                    + " quotes");
        }
        if (yaml.getTypeId() != null) {
            throw wrong("this has a tag, which policy files do not have");
        }
        return switch (yaml.currentToken()) {
            case START_OBJECT -> mapping(place);
            case START_ARRAY -> sequence(place);
            case VALUE_NUMBER_INT -> scalar(Type.WHOLE_NUMBER, place);
            case VALUE_NUMBER_FLOAT -> scalar(Type.OTHER_NUMBER, place);
            case VALUE_TRUE, VALUE_FALSE -> scalar(Type.TRUTH, place);
            case VALUE_NULL -> new YamlNode.Scalar(Type.NOTHING, "", place.getLineNr(), place.getColumnNr());
            default -> scalar(Type.TEXT, place);
        };
    }

    private YamlNode scalar(Type type, TokenStreamLocation place) {
        return new YamlNode.Scalar(type, yaml.getString(), place.getLineNr(), place.getColumnNr());
    }

    private YamlNode sequence(TokenStreamLocation place) {
        List<YamlNode> items = new ArrayList<>();
        while (yaml.nextToken() != JsonToken.END_ARRAY) {
            items.add(node());
        }
        return new YamlNode.Sequence(items, place.getLineNr(), place.getColumnNr());
    }

    private YamlNode mapping(TokenStreamLocation place) {
        List<YamlNode.Field> fields = new ArrayList<>();
        while (yaml.nextToken() != JsonToken.END_OBJECT) {
            String key = yaml.currentName();
            TokenStreamLocation keyPlace = yaml.currentTokenLocation();
            for (YamlNode.Field field : fields) {
                if (field.key().equals(key)) {
                    throw wrong("'%s' stands here a second time; the first is on line %d".formatted(key, field.line()));
                }
            }
            yaml.nextToken();
            fields.add(new YamlNode.Field(key, keyPlace.getLineNr(), keyPlace.getColumnNr(), node()));
        }
        return new YamlNode.Mapping(fields, place.getLineNr(), place.getColumnNr());
    }

    private PolicyFileException wrong(String problem) {
        TokenStreamLocation place = yaml.currentTokenLocation();
        return new PolicyFileException(file, place.getLineNr(), place.getColumnNr(), problem);
    }

    private static PolicyFileException unreadable(String file, JacksonException e) {
        TokenStreamLocation place = e.getLocation();
        int line = place == null ? 1 : place.getLineNr();
        int column = place == null ? 1 : place.getColumnNr();
        String problem = e.getOriginalMessage().lines().map(String::strip).collect(Collectors.joining(" "));
        List<String> said = new ArrayList<>();
        boolean drawing = false;
        for (String text : e.getOriginalMessage().lines().toList()) {
            Matcher mark = PLACE.matcher(text);
            if (mark.matches()) {
                line = Integer.parseInt(mark.group(1));
                column = Integer.parseInt(mark.group(2));
                problem = String.join(" ", said);
                said.clear();
                drawing = true;
            } else if (drawing) {
                drawing = !CARET.matcher(text).matches();
            } else {
                said.add(text.strip());
            }
        }
        return new PolicyFileException(file, line, column, "not YAML: " + problem);
    }
}

package org.vemmio.emulator.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.yaml.YamlNode.Scalar.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Makes nodes of the text of a YAML file that holds one document without aliases and tags. For one thread.
public final class YamlParser {
    private static final YAMLFactory YAML = new YAMLFactory();
    /// The parser's own messages have several lines: once or twice what is wrong, its place, and a drawing that ends in
    /// a caret; the last is the one that counts.
    private static final Pattern PLACE = Pattern.compile(" in reader, line (\\d+), column (\\d+):");
    private static final Pattern CARET = Pattern.compile(" *\\^");

    private final String kind;
    private final YAMLParser yaml;

    private YamlParser(String kind, String text) {
        this.kind = kind;
        this.yaml = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text);
    }

    /// {@return the document in `text`, or null if there is none}
    ///
    /// @param kind what kind of file it is, for messages, such as `policy file`
    /// @throws YamlException if it is not YAML, or has what such a file does not have
    public static @Nullable YamlNode parse(String kind, String text) {
        YamlParser parser = new YamlParser(kind, text);
        try (parser.yaml) {
            if (parser.yaml.nextToken() == null) {
                return null;
            }
            YamlNode document = parser.node();
            if (parser.yaml.nextToken() != null) {
                throw parser.wrong("a second document begins here; a %s holds one".formatted(kind));
            }
            return document;
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private YamlNode node() {
        TokenStreamLocation place = yaml.currentTokenLocation();
        if (yaml.isCurrentAlias()) {
            throw wrong("this is an alias, which %ss do not have; text that begins with * stands in quotes"
                    .formatted(kind));
        }
        if (yaml.getTypeId() != null) {
            throw wrong("this has a tag, which %ss do not have".formatted(kind));
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

    private YamlException wrong(String problem) {
        TokenStreamLocation place = yaml.currentTokenLocation();
        return new YamlException(place.getLineNr(), place.getColumnNr(), problem);
    }

    private static YamlException unreadable(JacksonException e) {
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
        return new YamlException(line, column, "not YAML: " + problem);
    }
}

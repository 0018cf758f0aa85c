package org.vemmio.emulator.confidential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;

/// A value in a YAML file, with the place where it stands.
sealed interface Node {
    /// Where a value stands: the file, and line and column from 1.
    record Place(String file, int line, int column) {
        ScenarioException error(String problem) {
            return new ScenarioException(file, line, column, problem);
        }
    }

    /// Anything that is neither a list nor a mapping, as text.
    record Scalar(Place place, String text) implements Node {
    }

    record Sequence(Place place, List<Node> items) implements Node {
    }

    record Mapping(Place place, Map<String, Node> values, Map<String, Place> keys) implements Node {
    }

    Place place();

    /// Reads a file of one document.
    ///
    /// @throws ScenarioException if it is no YAML, has no document or more than one, or a key twice in a mapping
    static Node read(String file, String text) {
        try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new ScenarioException(file, 1, 1, "the file is empty; a scenario begins with its title");
            }
            Node node = read(file, parser, token);
            if (parser.nextToken() != null) {
                throw place(file, parser).error("a second document; a file has one scenario");
            }
            return node;
        } catch (JacksonException e) {
            TokenStreamLocation location = e.getLocation();
            int line = location == null ? 1 : Math.max(1, location.getLineNr());
            int column = location == null ? 1 : Math.max(1, location.getColumnNr());
            throw new ScenarioException(file, line, column, "no YAML: " + reason(e));
        }
    }

    /// YAML's own words, which come in several lines with an excerpt of the file.
    private static String reason(JacksonException e) {
        return e.getOriginalMessage().lines().map(String::strip)
                .filter(line -> !line.startsWith("in ") && !line.isEmpty()).findFirst()
                .orElse("the parser gives no reason");
    }

    private static Place place(String file, JsonParser parser) {
        TokenStreamLocation location = parser.currentTokenLocation();
        return new Place(file, location.getLineNr(), location.getColumnNr());
    }

    private static Node read(String file, JsonParser parser, JsonToken token) {
        Place place = place(file, parser);
        return switch (token) {
            case START_ARRAY -> {
                List<Node> items = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    items.add(read(file, parser, next));
                }
                yield new Sequence(place, items);
            }
            case START_OBJECT -> {
                Map<String, Node> values = new LinkedHashMap<>();
                Map<String, Place> keys = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.getString();
                    Place at = place(file, parser);
                    if (keys.put(key, at) != null) {
                        throw at.error("'%s' stands here twice".formatted(key));
                    }
                    values.put(key, read(file, parser, parser.nextToken()));
                }
                yield new Mapping(place, values, keys);
            }
            case VALUE_NULL -> new Scalar(place, "");
            default -> new Scalar(place, parser.getString());
        };
    }
}

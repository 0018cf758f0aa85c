package org.vemmio.emulator.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.vemmio.emulator.input.Limits;
import org.vemmio.emulator.yaml.YamlNode.Scalar.Type;

/// Makes nodes of the text of a YAML file that holds one document without aliases and tags. Work grows with the length
/// of the text, not with its square. For one thread.
public final class YamlParser {
    private static final LoadSettings SETTINGS = LoadSettings.builder().build();
    private static final ScalarResolver CORE_SCHEMA = new CoreScalarResolver(false);
    private static final Map<Tag, Type> TYPES =
            Map.of(Tag.INT, Type.WHOLE_NUMBER, Tag.FLOAT, Type.OTHER_NUMBER, Tag.BOOL, Type.TRUTH,
                    Tag.NULL, Type.NOTHING);

    private final String kind;
    private final Parser events;

    private YamlParser(String kind, String text) {
        this.kind = kind;
        this.events = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
    }

    /// {@return the document in `text`; empty if there is none}
    ///
    /// @param kind what kind of file it is, for messages, such as `policy file`
    /// @throws YamlException if it is not YAML, or has what such a file does not have
    public static Optional<YamlNode> parse(String kind, String text) {
        if (text.length() > Limits.WHOLE_FILE) {
            throw new YamlException(1, 1, "this has %,d characters; a %s has at most %,d"
                    .formatted(text.length(), kind, Limits.WHOLE_FILE));
        }
        try {
            return new YamlParser(kind, text).document();
        } catch (MarkedYamlEngineException e) {
            throw unreadable(e);
        } catch (ReaderException e) {
            throw unreadable(text, e);
        } catch (YamlEngineException e) {
            throw new YamlException(1, 1, notYaml(String.valueOf(e.getMessage())));
        }
    }

    private Optional<YamlNode> document() {
        events.next();
        if (events.checkEvent(Event.ID.StreamEnd)) {
            return Optional.empty();
        }
        events.next();
        YamlNode document = node(events.next(), 0);
        events.next();
        if (!events.checkEvent(Event.ID.StreamEnd)) {
            events.next();
            throw wrong(events.peekEvent(), "a second document begins here; a %s holds one".formatted(kind));
        }
        return Optional.of(document);
    }

    private YamlNode node(Event event, int depth) {
        return switch (event) {
            case AliasEvent _ -> throw wrong(event,
                    "this is an alias, which %ss do not have; text that begins with * stands in quotes"
                            .formatted(kind));
            case ScalarEvent scalar when scalar.getTag().isEmpty() -> scalar(scalar);
            case CollectionStartEvent start when start.getTag().isEmpty() -> {
                if (depth == Limits.YAML_DEPTH) {
                    throw wrong(event, "this stands in %d lists and mappings, which is the most"
                            .formatted(Limits.YAML_DEPTH));
                }
                yield start instanceof MappingStartEvent ? mapping(start, depth + 1) : sequence(start, depth + 1);
            }
            default -> throw wrong(event, "this has a tag, which %ss do not have".formatted(kind));
        };
    }

    private static YamlNode scalar(ScalarEvent event) {
        Type type = TYPES.getOrDefault(CORE_SCHEMA.resolve(event.getValue(), event.isPlain()), Type.TEXT);
        return new YamlNode.Scalar(type, type == Type.NOTHING ? "" : event.getValue(), line(event), column(event));
    }

    private YamlNode sequence(Event start, int depth) {
        List<YamlNode> items = new ArrayList<>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(events.next(), depth));
        }
        events.next();
        return new YamlNode.Sequence(items, line(start), column(start));
    }

    private YamlNode mapping(Event start, int depth) {
        Map<String, YamlNode.Field> fields = new LinkedHashMap<>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            Event place = events.next();
            if (!(node(place, depth) instanceof YamlNode.Scalar)) {
                throw wrong(place, "this is a list or a mapping; a key is a word");
            }
            String key = ((ScalarEvent) place).getValue();
            YamlNode.Field first = fields.get(key);
            if (first != null) {
                throw wrong(place,
                        "'%s' stands here a second time; the first is on line %d".formatted(key, first.line()));
            }
            fields.put(key, new YamlNode.Field(key, line(place), column(place), node(events.next(), depth)));
        }
        events.next();
        return new YamlNode.Mapping(List.copyOf(fields.values()), line(start), column(start));
    }

    private static int line(Event event) {
        return event.getStartMark().orElseThrow().getLine() + 1;
    }

    private static int column(Event event) {
        return event.getStartMark().orElseThrow().getColumn() + 1;
    }

    private static YamlException wrong(Event event, String problem) {
        return new YamlException(line(event), column(event), problem);
    }

    /// The context belongs to the problem where it has no place of its own.
    private static YamlException unreadable(MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        String context = e.getContext() == null || e.getContextMark().isPresent() ? "" : e.getContext() + " ";
        return new YamlException(mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1,
                notYaml(context + e.getProblem()));
    }

    private static YamlException unreadable(String text, ReaderException e) {
        int at = text.offsetByCodePoints(0, e.getPosition());
        int start = text.lastIndexOf('\n', at - 1) + 1;
        int line = 1 + (int) text.substring(0, start).chars().filter(character -> character == '\n').count();
        return new YamlException(line, 1 + text.codePointCount(start, at),
                notYaml("the character U+%04X, which a text file does not have".formatted(e.getCodePoint())));
    }

    private static String notYaml(String problem) {
        return "not YAML: " + problem.lines().map(String::strip).collect(Collectors.joining(" "));
    }
}

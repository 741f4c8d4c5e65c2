"""The words of the portfolio: fictional people, roles, registers and what their entries say."""

MANAGERS = (
    "Amara Okonkwo", "Callum Reid", "Priya Raman", "Tomasz Zielinski", "Leila Haddad",
    "Owen Pritchard", "Mei-Ling Tan", "Rafael Duarte", "Niamh Gallagher", "Kwame Boateng",
    "Sofia Lindqvist", "Imran Chaudhry", "Hannah Weiss", "Diego Marchetti", "Aoife Brennan",
    "Yusuf Demir", "Chloe Ashworth", "Ravi Deshpande", "Ingrid Solheim", "Marcus Bell",
    "Fatima Zahra Idrissi", "George Papadakis", "Nkechi Eze", "Bronwen Hughes",
)  # fmt: skip
SPONSORS = {
    "Retail Banking": ("Eleanor Whitcombe", "Samuel Adeyemi", "Catherine Doyle"),
    "Insurance": ("Henrik Aalto", "Shreya Banerjee", "Philip Marlowe"),
    "Markets": ("Victoria Sandoval", "Daniel Rosen", "Keiko Murata"),
    "Group Operations": ("Andrew McAllister", "Zainab Farouk", "Lucia Ferraro"),
}
RISKS = (
    ("Supplier cannot staff the integration team", "supplier", "threat"),
    ("Supplier raises its day rates at renewal", "supplier", "threat"),
    ("Key engineer leaves before cutover", "people", "threat"),
    ("Business testers not released by the branches", "people", "threat"),
    ("Legacy interface behaves differently from its specification", "technology", "threat"),
    ("Data quality of migrated customer records is too low", "data", "threat"),
    ("Performance target missed under month-end load", "technology", "threat"),
    ("Penetration test finds critical weaknesses late", "security", "threat"),
    ("Regulator asks for further evidence before go-live", "regulatory", "threat"),
    ("Rules change after the consultation closes", "regulatory", "threat"),
    ("Licence costs exceed the business case", "commercial", "threat"),
    ("Exchange rate moves against the contract currency", "commercial", "threat"),
    ("Test environments not available when needed", "environment", "threat"),
    ("Change freeze delays the release", "environment", "threat"),
    ("Scope grows through late requests from operations", "scope", "threat"),
    ("Adoption by front-line staff slower than planned", "business change", "threat"),
    ("Reusable component from a sister project shortens the build", "technology", "opportunity"),
    ("Supplier offers a volume discount", "commercial", "opportunity"),
    ("Earlier decommissioning saves licence fees", "commercial", "opportunity"),
    ("Automation cuts the effort of regression testing", "technology", "opportunity"),
)
THREAT_RESPONSES = ("avoid", "reduce", "transfer", "accept", "prepare contingent plans")
OPPORTUNITY_RESPONSES = ("exploit", "enhance", "share", "accept")
ISSUES = (
    "Test environment down for three days",
    "Supplier delivered the wrong interface version",
    "Requirements owner on long-term leave",
    "Defect backlog above the exit threshold",
    "Firewall change rejected by the change board",
    "Invoice disputed with the supplier",
    "Data extract incomplete for two regions",
    "Training material not approved by the business",
    "Key decision pending with the design authority",
    "Batch window exceeded in rehearsal",
    "Audit finding on access rights",
    "Accessibility test failed on two journeys",
)
CHANGES = (
    "Add a second customer segment to the first release",
    "Replace the reporting tool with the group standard",
    "Extend the parallel run by one month",
    "Drop the mobile channel from release one",
    "Add the data retention rules of the regulator",
    "Move the hosting to the second region",
    "Add a migration rehearsal",
    "Reduce the number of interfaces by reusing the hub",
    "Include the complaints workflow",
    "Bring the go-live forward to avoid the year-end freeze",
)
DECISIONS = (
    "Approve the release of contingency",
    "Choose between two suppliers for the integration layer",
    "Agree the go-live date with operations",
    "Accept the residual security risk",
    "Approve the revised business case",
    "Stop or continue after the failed gate",
    "Fund the second phase",
    "Agree the order of branch roll-out",
    "Confirm the owner of the benefits",
    "Approve an exception to the architecture standard",
)
LESSONS = (
    ("supplier", "Contract lacked acceptance criteria", "Put acceptance criteria into each order"),
    ("planning", "Testing was planned last and cut first", "Protect the test window at each gate"),
    ("data", "Data cleansing began after the build", "Start cleansing with the design"),
    ("people", "Shared specialists were booked twice", "Confirm named people before the baseline"),
    ("governance", "Decisions waited for monthly boards", "Delegate decisions below a threshold"),
    ("benefits", "Benefit owners changed twice", "Record a deputy for each benefit owner"),
    ("technology", "Proof of concept skipped", "Prove new technology before the gate"),
    (
        "stakeholders",
        "Branches heard of the change too late",
        "Involve branches from the design on",
    ),
    ("reporting", "Status was kept green for too long", "Compare declared and computed status"),
    ("testing", "Automated tests paid back in one release", "Budget for test automation early"),
)
PACKAGES = {
    "waterfall": ("Requirements and design", "Build", "Data migration", "Testing",
                  "Deployment and training"),
    "agile": ("Discovery", "Foundation increment", "Core increments", "Integration and hardening",
              "Roll-out"),
    "hybrid": ("Analysis and architecture", "Iterative build", "Infrastructure", "Testing",
               "Cutover and hypercare"),
}  # fmt: skip
MILESTONES = (
    ("G1", "Gate 1, business justification", "gate", 0.02),
    ("M1", "Requirements agreed", "milestone", 0.18),
    ("G2", "Gate 2, delivery strategy", "gate", 0.25),
    ("M2", "Design approved", "milestone", 0.38),
    ("G3", "Gate 3, investment decision", "gate", 0.45),
    ("M3", "Build complete", "milestone", 0.68),
    ("M4", "User acceptance complete", "milestone", 0.86),
    ("G4", "Gate 4, readiness for service", "gate", 0.93),
    ("M5", "Live and handed over", "milestone", 1.0),
)
REASSURING = (
    "On track. Minor items are being managed within the team.",
    "Good progress; we expect to recover the remaining backlog next month.",
    "No concerns to escalate. Confident in the delivery date.",
    "All workstreams on plan, details in the workstream reports.",
)
WORRIES = {
    "cost": (
        "Contractor spend is above plan; the forecast has been raised.",
        "Supplier invoices exceed the order; commercial talks continue.",
        "Rework after testing costs more than budgeted.",
    ),
    "schedule": (
        "Testing is behind plan because environments arrived late.",
        "Build is behind; the team is re-planning the remaining releases.",
        "Late interface specifications hold up integration.",
    ),
    "benefits": ("The benefit owner has lowered the expected savings.",),
    "resource": ("Specialist posts are vacant; cover has been requested.",),
    "none": (
        "Progress as planned.",
        "The period's deliverables were accepted.",
        "On plan; next gate in preparation.",
        "Steady progress across workstreams.",
    ),
}
OBJECTIVES = (
    ("O1", "Grow customer income", 25),
    ("O2", "Lower the cost to serve", 25),
    ("O3", "Meet regulatory duties", 20),
    ("O4", "Strengthen operational resilience", 15),
    ("O5", "Improve customer outcomes", 10),
    ("O6", "Reduce carbon and waste", 5),
)
ROLES = (
    ("R01", "Project manager", 8900), ("R02", "PMO analyst", 6100),
    ("R03", "Business analyst", 7600), ("R04", "Solution architect", 10400),
    ("R05", "Security architect", 11200), ("R06", "Software engineer", 8400),
    ("R07", "Data engineer", 9300), ("R08", "Integration engineer", 9100),
    ("R09", "Cloud engineer", 9700), ("R10", "Test analyst", 6600),
    ("R11", "Test automation engineer", 7900), ("R12", "UX designer", 7700),
    ("R13", "Change manager", 8000), ("R14", "Release manager", 8300),
    ("R15", "Database administrator", 8500), ("R16", "Network engineer", 8200),
    ("R17", "Actuarial analyst", 9900), ("R18", "Compliance specialist", 9000),
    ("R19", "Data scientist", 9800), ("R20", "Procurement specialist", 7200),
)  # fmt: skip

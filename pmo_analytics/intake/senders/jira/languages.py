"""How Jira writes headings, categories, kinds and states in German, French, Spanish and Portuguese.

An export is in the language of whoever made it: the same field is `Issue key`, `Vorgangsschlüssel`,
`Clé de ticket` or `Clave de incidencia`. What people named themselves stays as it is.
"""

import re
import unicodedata

CUSTOM = re.compile(
    r"(?:custom field|benutzerdefiniertes? feld(?:er)?|benutzerdefinierte felder"
    r"|champs? personnalises?|campos? personalizados?) \((.*)\)"
)
HEADINGS = {
    "summary": "zusammenfassung, resume, resumen, resumo",
    "issue key": "vorgangsschlussel, cle de ticket, cle de demande, clave de incidencia, chave da item,"
    " chave do item, chave da pendencia, work item key, work key",
    "key": "schlussel, cle, clave, chave",
    "issue id": "vorgangs-id, id de ticket, identifiant de ticket, id de demande,"
    " id de la incidencia, id da item, id do item, work item id",
    "issue type": "vorgangstyp, type de ticket, type de demande, tipo de incidencia, tipo de item,"
    " tipo do item, tipo de pendencia, work item type, work type",
    "status": "etat, statut, estado",
    "status category": "statuskategorie, categorie d'etat, categorie de statut, categoria de estado,"
    " categoria do status, categoria de status",
    "status category changed": "statuskategorie geandert, categorie d'etat modifiee,"
    " categorie de statut modifiee, categoria de estado cambiada, categoria do status alterada,"
    " categoria de status alterada",
    "project key": "projektschlussel, cle de projet, cle du projet, clave del proyecto,"
    " chave do projeto",
    "project name": "projektname, nom du projet, nom de projet, nombre del proyecto, nome do projeto",
    "project lead": "projektleiter, responsable du projet, responsable de projet, chef de projet,"
    " responsable del proyecto, lider do projeto, responsavel pelo projeto",
    "assignee": "zugewiesene person, bearbeiter, personne assignee, responsable, attribution,"
    " persona asignada, responsavel",
    "reporter": "autor, rapporteur, informador, relator",
    "resolution": "losung, resolucion, resolucao",
    "created": "erstellt, creation, cree, creee, cree(e), creado, creada, criado, criado(a)",
    "updated": "aktualisiert, mise a jour, mis a jour, actualizado, actualizada, atualizado,"
    " atualizado(a)",
    "resolved": "erledigt, resolu, resolue, resolu(e), resuelto, resuelta, resolvido, resolvido(a)",
    "last viewed": "zuletzt angezeigt, derniere consultation, vista por ultima vez,"
    " visto por ultima vez, ultima visualizacao",
    "due date": "falligkeitsdatum, fallig, date d'echeance, echeance, fecha de vencimiento,"
    " data de vencimento, data limite, prazo",
    "parent": "ubergeordnet, ubergeordnetes element, principal, pai, item pai",
    "parent key": "ubergeordneter schlussel, cle principale, clave principal, chave principal,"
    " chave pai",
    "epic link": "epic-verknupfung, lien d'epic, lien d'epopee, enlace de epica, vinculo de epica,"
    " link do epico",
    "story points": "story-points, puntos de historia, points de story, pontos de historia",
}
OFTEN_CUSTOM = ("epic link", "story points")
ENGLISH = {name: english for english, names in HEADINGS.items() for name in re.split(", ?", names)}
CATEGORIES = {
    "to_do": "to do, new, undefined, zu erledigen, a faire, por hacer, tareas por hacer, a fazer,"
    " tarefas pendentes, itens pendentes",
    "in_progress": "in progress, indeterminate, in arbeit, in bearbeitung, en cours, en curso,"
    " en progreso, em andamento, em progresso",
    "done": "done, complete, fertig, erledigt, termine, terminee, termine(e), listo, hecho,"
    " finalizado, finalizada, concluido, concluida, concluido(a), itens concluidos, feito",
}
CATEGORY_OF = {name: each for each, names in CATEGORIES.items() for name in re.split(", ?", names)}
NOT_BEGUN = re.compile(
    r"to ?do|to be done|open|new|((in|product) )?backlog|reopened|selected for development"
    r"|ready( for development)?|created|draft|planned|funnel"
    r"|zu erledigen|offen|neu|geplant|bereit|a faire|ouvert(e)?|nouveau|nouvelle|a traiter"
    r"|(tareas )?por hacer|abiert[ao]|nuev[ao]|pendientes?|a fazer|tarefas pendentes|abert[ao]|nov[ao]"
)
ENDED = re.compile(
    r"done|closed|resolved|completed?|released|cancell?ed|rejected|won.t do|declined|finished"
    r"|deployed|verified"
    r"|erledigt|fertig|geschlossen|gelost|abgeschlossen|abgebrochen|abgelehnt"
    r"|termine(e|\(e\))?|ferme(e)?|resolu(e)?|clos(e)?|livre(e)?|annule(e)?|rejete(e)?"
    r"|finalizad[ao]|hech[ao]|listo|cerrad[ao]|resuelt[ao]|completad[ao]|cancelad[ao]|rechazad[ao]"
    r"|concluid[ao](\(a\))?|feito|fechad[ao]|resolvid[ao]|rejeitad[ao]"
)
NOT_DONE = re.compile(
    r"(won.?t|duplicate|cannot|can.?t|declined|rejected|invalid|incomplete|abandon|obsolete"
    r"|not a bug|cancel|withdrawn|unresolved|no change"
    r"|wird nicht|duplikat|nicht reproduzierbar|abgelehnt|abgebrochen|ungultig|unvollstandig"
    r"|ne sera pas|doublon|impossible|annul|rejet|refus|incomplet"
    r"|no se (hara|puede|va)|no lo har|duplicad|rechazad|descartad|nao sera|rejeitad)"
)


def plain(text: str) -> str:
    """Write a text in small letters without accents, with single spaces."""
    spread = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(c for c in spread if not unicodedata.combining(c)).replace("’", "'")


def heading(cell: str) -> str:
    """Write a column's name as English exports do; a custom field goes by its own name."""
    name = plain(cell)
    found = CUSTOM.fullmatch(name)
    own = found[1] if found else name
    english = ENGLISH.get(own, own)
    return english if not found or english in OFTEN_CUSTOM else own


def is_epic(kind: str) -> bool:
    """Say whether a kind of item is an epic."""
    return plain(kind) in ("epic", "epica", "epico", "epopee")


def is_subtask(kind: str) -> bool:
    """Say whether a kind of item is a part of another."""
    name = plain(kind).replace("-", "").replace(" ", "")
    return name in ("subtask", "unteraufgabe", "teilaufgabe", "soustache", "subtarea", "subtarefa")

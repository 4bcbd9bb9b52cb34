"""One record of every kind, with every field filled, and small tools to write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from config.types import Money
from storage import records
from storage.author import Author
from storage.search import Forms, fold

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))


def forms_of(record):
    """A plain stand-in for the bot's rules of naming."""
    if record.kind == "customer":
        names = {("name", fold(record.name))} | {("alias", fold(alias)) for alias in record.aliases}
        return Forms(frozenset(names), record.name)
    if record.kind == "follow_up":
        return Forms(text=record.content)
    return None


def write(database, job, *, author=None):
    """Run a job on a session with an author (user None unless one is given); gives what the job gives."""

    def work(tx):
        tx.session.author = author or Author(None, NOW)
        result = job(tx.session)
        tx.finish()
        return result

    return database.write(work)


def people(session, name="华东"):
    team = records.Team(name=name)
    session.add(team)
    session.flush()
    user = records.User(name="Li Lei", role="rep", language="zh", timezone="Asia/Shanghai", team_id=team.id)
    session.add(user)
    session.flush()
    return team, user


def everything(session):
    """Every kind of record, linked to each other; {kind: record}."""
    team, user = people(session, "华南")
    customer = records.Customer(
        name="蓝海物流有限公司",
        name_key="蓝海物流",
        aliases=["蓝海"],
        phones=["+862155550100"],
        emails=["a@example.com"],
        address="上海市",
        industry="logistics",
        size="50-199",
        preferences="上午",
        needs="冷库",
        interests="足球",
        source="展会",
        custom={"级别": "A", "分": 1.5},
    )
    session.add(customer)
    session.flush()
    contact = records.Contact(
        name="何静", customer=customer, title="何经理", phones=["+8613800000000"], position="经理"
    )
    deal = records.Opportunity(
        name="冷库改造",
        customer=customer,
        contact=contact,
        stage="proposal",
        amount=Money(Decimal("500000.05"), "CNY"),
        expected_close=date(2026, 12, 31),
        product="冷柜",
        next_step="报价",
        competitor="甲公司",
    )
    session.add_all([contact, deal])
    session.flush()
    after = _papers(session, customer, deal) | _service(session, customer, contact, user)
    others = {
        "team": team,
        "user": user,
        "customer": customer,
        "contact": contact,
        "opportunity": deal,
        "identity": records.Identity(platform="telegram", external_id="1001", user_id=user.id),
        "channel_binding": records.ChannelBinding(platform="slack", chat_id="C1", team_id=team.id),
        "link_code": records.LinkCode(code_sha256="0" * 64, user_id=user.id, expires_at=NOW),
        "follow_up": records.FollowUp(
            customer=customer,
            contact=contact,
            opportunity=deal,
            channel="visit",
            content="想先试三个月，报价偏高",
            occurred_at=datetime(2026, 11, 23, 15, 0, tzinfo=BEIJING),
            occurred_has_time=True,
            feedback="偏高",
            next_follow_up_at=datetime(2026, 12, 2, 15, 0, tzinfo=BEIJING),
            verbatim="今天去了蓝海",
        ),
        "reminder": records.Reminder(
            user_id=user.id,
            subject="给何经理新报价",
            remind_at=NOW,
            wall_time="2026-11-23T09:00",
            zone="Asia/Shanghai",
            repeat="FREQ=WEEKLY;BYDAY=MO",
            about_kind="customer",
            about_id=customer.id,
            status="pending",
        ),
        "product": records.Product(
            name="冷柜", name_key="冷柜", unit="台", unit_price_minor=199900, unit_price_currency="CNY"
        ),
        "digest": records.Digest(
            name="weekly",
            user_id=user.id,
            rule="FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
            wall_time="2026-11-30T09:00:00",
            zone="Asia/Shanghai",
            next_at=NOW,
            status="active",
        ),
        "custom_field": records.CustomField(for_kind="customer", label="级别", field_type="choice", choices=["A", "B"]),
        "access_token": records.AccessToken(user_id=user.id, purpose="api", token_sha256="2" * 64),
        "taught_word": records.TaughtWord(word="POC", meaning="方案制定", section="stage", code="proposal"),
        "config_section": records.ConfigSection(section="sources", label="来源", setting=[{"code": "a", "zh": "甲"}]),
        "feedback": records.Feedback(text="按钮太小"),
        "hand_over": records.HandOver(
            from_user_id=user.id, to_user_id=user.id, trial_until=date(2026, 12, 7), returned_at=NOW
        ),
        "share": records.Share(customer_id=customer.id, with_user_id=user.id),
        "webhook": records.Webhook(url="https://example.com/hook", secret="s", kinds=["customer"]),
        "sales_target": records.SalesTarget(
            for_team_id=team.id,
            metric="revenue",
            period_start=date(2026, 10, 1),
            period_end=date(2026, 12, 31),
            value=Decimal("1200000.50"),
            currency="CNY",
        ),
        "forecast_commit": records.ForecastCommit(
            period_start=date(2026, 10, 1), period_end=date(2026, 12, 31), amount=Money(Decimal(90), "JPY")
        ),
        "exchange_rate": records.ExchangeRate(
            currency="USD", base="CNY", rate=Decimal("7.10293847561"), valid_on=date(2026, 11, 23)
        ),
    }
    session.add_all(others.values())
    session.flush()
    return others | after


def _papers(session, customer, deal):
    lines = [
        records.LineItem(
            position=1,
            product="冷柜",
            quantity=Decimal("2.500"),
            unit="台",
            unit_price_minor=1999,
            unit_price_currency="CNY",
            discount=Decimal("0.1"),
        ),
        records.LineItem(position=2, product="安装", quantity=Decimal(1)),
    ]
    amount = Money(Decimal("1.234"), "KWD")
    quote = records.Quote(
        number="Q-1",
        customer=customer,
        opportunity=deal,
        amount=amount,
        valid_until=date(2026, 12, 1),
        status="sent",
        lines=lines,
    )
    contract = records.Contract(
        number="HT-1",
        customer=customer,
        opportunity=deal,
        amount=amount,
        payment_terms="3-6-1",
        signed_on=date(2026, 11, 20),
        status="active",
        tax={"included": False, "rate": "0.13"},
    )
    session.add_all([quote, contract])
    session.flush()
    order = records.Order(number="SO-1", customer=customer, contract=contract, amount=amount, status="placed")
    session.add(order)
    session.flush()
    invoice = records.Invoice(
        number="INV-1", customer=customer, contract=contract, order=order, amount=amount, issued_on=date(2026, 11, 21)
    )
    session.add(invoice)
    session.flush()
    payment = records.Payment(
        customer=customer, contract=contract, invoice=invoice, amount=amount, received_on=date(2026, 11, 22)
    )
    session.add(payment)
    return {"quote": quote, "contract": contract, "order": order, "invoice": invoice, "payment": payment}


def _service(session, customer, contact, user):
    request = records.ServiceRequest(
        number="SR-1",
        customer=customer,
        contact=contact,
        description="冷柜报警",
        requested_at=NOW,
        status="resolved",
        handler=user,
        resolved_at=NOW + timedelta(hours=3),
        steps=[records.ServiceStep(at=NOW, handler=user, measures="更换风扇")],
    )
    session.add(request)
    session.flush()
    survey = records.Survey(
        service_request=request,
        customer=customer,
        contact=contact,
        sent_at=NOW,
        expires_at=NOW + timedelta(days=7),
        status="answered",
        satisfaction=4,
        comment="很快",
        answered_at=NOW,
        token_sha256="1" * 64,
    )
    session.add(survey)
    return {"service_request": request, "survey": survey}


def dump(database):
    """All live rows of all records, without what undo leaves changed: {kind: {id: {column: value}}}."""
    with database.read() as tx:
        found = {}
        for cls in (*records.all_records(), records.LineItem, records.ServiceStep):
            rows = tx.connection.execute(cls.__table__.select().where(cls.__table__.c.deleted_at.is_(None)))
            found[cls.kind] = {
                row.id: {k: v for k, v in row._asdict().items() if k not in ("version", "updated_at")} for row in rows
            }
        return found

"""Steering the simulated bank. Only where simulators answer: elsewhere these pages do not exist."""

from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.permissions import route
from subsidies.payments.forms import AnswerForm, SimulatorForm
from subsidies.payments.simulator import SCENARIOS, Control, Simulator, read_control, write_control
from subsidies.payments.tasks import sweep_payments
from subsidies.payments.views.common import FINANCE


def _simulator() -> Simulator:
    if not settings.USE_SIMULATORS:
        raise Http404
    return Simulator()


def _page(request: HttpRequest, form: SimulatorForm | None = None) -> HttpResponse:
    simulator = _simulator()
    names = dict(SCENARIOS)
    context = {
        "form": form or SimulatorForm(initial=asdict(read_control(simulator.folder))),
        "taken": [
            {"name": name, "done": [names.get(each, each) for each in simulator.done(name)]}
            for name in simulator.taken()[:50]
        ],
        "scenarios": SCENARIOS.items(),
        "waiting": sorted(path.name for path in (simulator.folder / "outgoing").iterdir() if path.is_file()),
    }
    return render(
        request, "subsidies/payments/simulator.html", context, status=422 if form and form.errors else 200
    )


@require_GET
@route(FINANCE)
def bank_simulator(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@route(FINANCE)
def bank_simulator_control(request: HttpRequest) -> HttpResponse:
    """Set how it behaves from now on."""
    simulator = _simulator()
    form = SimulatorForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    write_control(simulator.folder, Control(**form.cleaned_data))
    messages.success(request, _("The simulated bank behaves so from now on."))
    return redirect("subsidies:bank_simulator")


@require_POST
@route(FINANCE)
def bank_simulator_answer(request: HttpRequest) -> HttpResponse:
    """Let it answer one file now, and fetch the answer."""
    simulator = _simulator()
    form = AnswerForm(request.POST)
    simulator.take()
    if not form.is_valid() or form.cleaned_data["name"] not in simulator.taken():
        messages.error(request, _("The simulated bank does not have this file. Reload the page."))
        return redirect("subsidies:bank_simulator")
    control = read_control(simulator.folder)
    written = simulator.answer(
        form.cleaned_data["name"],
        form.cleaned_data["scenario"],
        seed=control.seed,
        today=timezone.localdate(),
    )
    sweep_payments()
    done = ngettext(
        "One return file was written and fetched.",
        "%(count)s return files were written and fetched.",
        len(written),
    )
    messages.success(request, done % {"count": len(written)})
    return redirect("subsidies:bank_simulator")

from django.forms.renderers import TemplatesSetting


class UiRenderer(TemplatesSetting):
    """``{{ form }}`` and ``{{ form.as_p }}`` come out as the portal's own components."""

    form_template_name = "ui/form_body.html"
    field_template_name = "ui/form_field.html"
    bound_field_class = None

"""What administrators set: criteria, limits, the rate. The rows themselves are written by services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from projects import industries
from projects.models import ExchangeRate, KeyCriterion, ServiceLimit


class CriterionForm(forms.ModelForm[KeyCriterion]):
    divisions = forms.MultipleChoiceField(choices=industries.choices, required=False)

    class Meta:
        model = KeyCriterion
        fields = ["name", "min_investment", "divisions", "capital", "source", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = KeyCriterion._meta.get_field("divisions")
        self.fields["divisions"].label = field.verbose_name


@admin.register(KeyCriterion)
class KeyCriterionAdmin(admin.ModelAdmin):
    form = CriterionForm
    list_display = ["name", "min_investment", "capital", "active", "source"]


@admin.register(ServiceLimit)
class ServiceLimitAdmin(admin.ModelAdmin):
    list_display = ["code", "days", "source"]
    readonly_fields = ["code"]

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(ExchangeRate)
class ExchangeRateAdmin(admin.ModelAdmin):
    list_display = ["currency", "yuan", "source"]
